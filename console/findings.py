"""What changes for applications when their pools' mode does, found bit by bit after each change of the files. No Textual.

Knows no widget; model/migration.py says what is found. Pages and alerts show what is known.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.session import Changed, Session
    from model.hierarchy import Hierarchy
    from model.migration import Finding

#: How long is looked at a stretch, and how long keys and requests then have to themselves: 1,000 sites take seconds.
STRETCH_S, REST_S = 0.008, 0.016
#: After a change its picture comes first, and the key that follows.
AFTER_CHANGE_S = 0.15


class Findings:
    """`known` is of the files as they were when all of it was found last; `refused`: pool in lower case → applications that
    Integrated mode answers 500.22 to 500.24 for."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.known: tuple[Finding, ...] = ()
        self.refused: Mapping[str, tuple[str, ...]] = {}
        #: Whether anything was looked for yet.
        self.looked = False
        #: Called when something else is known. The files have not changed by that.
        self.told: list[Callable[[], None]] = []
        self._of: Hierarchy | None = None
        self._changed = asyncio.Event()
        session.changed.append(self._take)

    def _take(self, change: Changed) -> None:
        if self._session.workspace.hierarchy is not self._of:
            self._changed.set()

    async def follow(self) -> None:
        """Look again whenever the files say something else. Runs as long as the console."""
        while True:
            self._changed.clear()
            await self.look()
            await self._changed.wait()
            await asyncio.sleep(AFTER_CHANGE_S)

    async def look(self) -> None:
        """A change meanwhile begins it anew; what was known stands until it is done."""
        from model.config_path import ConfigPath
        from model.migration import of_application

        while (hierarchy := self._session.workspace.hierarchy) is not self._of:
            found: list[Finding] = []
            refused: dict[str, list[str]] = {}
            rested = time.monotonic()
            for site in hierarchy.sites():
                for application in site.applications:
                    here = tuple(of_application(hierarchy, ConfigPath(site.name, application.path)))
                    found += here
                    if any(finding.code in ("500.22", "500.23", "500.24") for finding in here):
                        refused.setdefault(application.application_pool.lower(), []).append(f"{site.name}{application.path}")
                if time.monotonic() - rested > STRETCH_S:
                    await asyncio.sleep(REST_S)
                    rested = time.monotonic()
                if self._session.workspace.hierarchy is not hierarchy:
                    await asyncio.sleep(AFTER_CHANGE_S)
                    break
            else:
                self._of, self.known, self.looked = hierarchy, tuple(found), True
                self.refused = {pool: tuple(applications) for pool, applications in refused.items()}
                for callback in self.told:
                    callback()
