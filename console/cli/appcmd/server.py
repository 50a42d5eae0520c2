"""What appcmd works on: the configuration's files, and the service that runs them, if one does.

Knows no object. Its results are read once a call: the hierarchy, the service's snapshot.
"""

from __future__ import annotations

import asyncio
import textwrap
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from console.cli.appcmd.failure import NOT_FOUND, NOT_SUPPORTED, SERVICE_NOT_ACTIVE, AppCmdError
from console.cli.instance import Instance
from hwebcore.client import Client, NoService, Refused
from model.hierarchy import Hierarchy
from model.secret import masked
from model.section_place import Step, find_section
from model.workspace import Workspace

#: Refusals of the service as Windows' codes.
_CODES = {"unknown-pool": NOT_FOUND, "unknown-site": NOT_FOUND, "pool-stopped": SERVICE_NOT_ACTIVE}


class Server:
    def __init__(self, instance: Instance) -> None:
        self.instance = instance

    @cached_property
    def workspace(self) -> Workspace:
        return Workspace.open(self.instance.config, self.instance.drives, state=self.instance.folders.state)

    @property
    def hierarchy(self) -> Hierarchy:
        return self.workspace.hierarchy

    @cached_property
    def snapshot(self) -> Mapping[str, Any] | None:
        """None where no service runs."""
        try:
            return asyncio.run(self._snapshot())
        except NoService:
            return None

    def state(self, part: str, name: str) -> str:
        """Of a pool or a site; Unknown where no service runs."""
        entries = self.snapshot[part] if self.snapshot else ()
        return next((str(entry["state"]) for entry in entries if entry["name"] == name), "Unknown")

    def command(self, kind: str, **fields: Any) -> None:
        """Tell the service. Raises AppCmdError where none runs, or it refuses."""
        try:
            asyncio.run(self._command(kind, fields))
        except NoService as error:
            raise AppCmdError(SERVICE_NOT_ACTIVE, f"The service is not running: poolhouse serve {self.instance.config} starts it.") from error
        except Refused as refused:
            raise AppCmdError(_CODES.get(refused.code, NOT_SUPPORTED), f"{refused}.") from refused

    def written(self, section: str, steps: tuple[Step, ...]) -> str:
        """The XML of an element, as it stands in applicationHost.config, with secrets as asterisks; "" where it does not."""
        document = self.hierarchy.server
        if document.root is None:
            return ""
        place = find_section(document.root, section, steps)
        if place.absent is not None or place.missing:
            return ""
        found = place.lineage[-1]
        # Its first line begins where it stands, the others where the file's indentation has them.
        start = document.text.rfind("\n", 0, found.span[0]) + 1
        rows = document.text[start : found.span[1]]
        return masked(textwrap.dedent(rows if not rows[: found.span[0] - start].strip() else rows[found.span[0] - start :]).replace("\r\n", "\n"))

    async def _snapshot(self) -> Mapping[str, Any]:
        client = await self.instance.client()
        try:
            return await client.status()
        finally:
            await client.close()

    async def _command(self, kind: str, fields: Mapping[str, Any]) -> None:
        client: Client = await self.instance.client()
        try:
            await client.request(kind, **fields)
        finally:
            await client.close()
