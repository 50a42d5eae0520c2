"""What the workers captured while this console watches: asked for, followed, held in memory up to a limit. No Textual.

Knows no widget and writes nothing anywhere: what is held here has its secrets. captured.py and masking.py stand before whoever shows it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from console.actions import by_id
from hwebcore.client import Client, NoService, Refused
from hwebcore.detail_ring import Detail, DetailReader

MOST_HELD_BYTES = 64 << 20
LOOK_S = 0.1
IDLE_S = 0.25

#: Ring, pid, request: what names a request for as long as anybody remembers it.
Key = tuple[str, int, int]


class Asking(Protocol):
    """What is needed of the session: its client (None while no service runs) and the service's last snapshot."""

    client: Client | None
    snapshot: Mapping[str, Any]


class Captures:
    """`run` follows; `take` reads now. A view that shows requests says that it is watched; the user may forbid it all."""

    def __init__(self, most_bytes: int = MOST_HELD_BYTES) -> None:
        self._most = most_bytes
        self._held = 0
        self._details: dict[Key, Detail] = {}
        self._readers: dict[tuple[str, int], DetailReader] = {}
        self._watching: set[str] = set()
        self._allowed = True
        self._turned = asyncio.Event()
        #: Whom the service now captures for.
        self._asked: Client | None = None
        self._lost = 0
        self.arrived: list[Callable[[], None]] = []

    # --- what is wanted ---

    def watch(self, view: str, watched: bool) -> None:
        """A view comes to sight, or goes."""
        (self._watching.add if watched else self._watching.discard)(view)
        self._turned.set()

    @property
    def allowed(self) -> bool:
        return self._allowed

    def allow(self, allowed: bool) -> None:
        self._allowed = allowed
        self._turned.set()

    @property
    def wanted(self) -> bool:
        return self._allowed and bool(self._watching)

    @property
    def on(self) -> bool:
        """Whether every worker that could be asked captures by now."""
        return self._asked is not None and all(reader.is_written for reader in self._readers.values())

    # --- what there is ---

    def of(self, ring: str, pid: int, request: int) -> Detail | None:
        return self._details.get((ring, pid, request))

    @property
    def why_not(self) -> str:
        """What is said of a request that was not captured."""
        if not self._allowed:
            return f"Not captured: capturing is off. {by_id('capture').key_shown} switches it on; then let the request come again."
        crowd = ", or among too many" if self.lost or self.left_out else ""
        return f"Not captured: it came before Live Requests was in sight{crowd}. Let it come again."

    @property
    def lost(self) -> int:
        """Details that were overwritten before they were read."""
        return self._lost + sum(reader.lost for reader in self._readers.values())

    @property
    def left_out(self) -> int:
        """Requests that were too many in their second."""
        return sum(reader.left_out for reader in self._readers.values())

    def keep(self, key: Key, detail: Detail) -> None:
        """The oldest go where there are too many bytes."""
        old = self._details.pop(key, None)
        self._details[key] = detail
        self._held += detail.size - (old.size if old is not None else 0)
        while self._held > self._most and len(self._details) > 1:
            self._held -= self._details.pop(next(iter(self._details))).size

    def take(self) -> int:
        """Read all rings now; how many details came."""
        count = 0
        for (ring, pid), reader in self._readers.items():
            for detail in reader.take():
                self.keep((ring, pid, detail.request), detail)
                count += 1
        if count:
            for callback in self.arrived:
                callback()
        return count

    # --- following ---

    async def run(self, session: Asking) -> None:
        """As long as the console lives."""
        interval = LOOK_S
        while True:
            try:
                await self._settle(session)
            except (NoService, Refused, OSError):
                self._leave()  # the service has gone: the next one is asked anew
            interval = LOOK_S if self.take() or (self.wanted and not self.on) else min(IDLE_S, interval * 1.5)
            if self._asked is None and not self.wanted:
                await self._turned.wait()
            else:
                await asyncio.sleep(interval)
            self._turned.clear()

    async def _settle(self, session: Asking) -> None:
        client = session.client
        if self._asked is not None and (client is not self._asked or not self.wanted):
            asked, self._asked = self._asked, None
            self.take()
            self._leave()
            if client is asked:
                await asked.capture(False)
        if client is None or not self.wanted:
            return
        if self._asked is None:
            await client.capture(True)
            self._asked = client
        await self._adopt(client, session.snapshot.get("rings") or ())

    async def adopt(self, session: Asking) -> None:
        """Look for new workers now: their first requests are about to be shown."""
        if session.client is not None and session.client is self._asked:
            await self._adopt(session.client, session.snapshot.get("rings") or ())

    async def _adopt(self, client: Client, rings: Iterable[Mapping[str, Any]]) -> None:
        """Open what is new, let go of what is gone."""
        wanted = {(str(ring["ring"]), int(ring.get("pid") or 0)): bool(ring.get("alive", True)) for ring in rings}
        for key, alive in wanted.items():
            if alive and key not in self._readers:
                try:
                    reader = await client.details(key[0])
                except Refused:
                    continue  # it died meanwhile
                if key in self._readers or self._asked is not client:  # somebody else was quicker, or nobody looks any more
                    reader.close()
                else:
                    self._readers[key] = reader
        for key in [key for key in self._readers if key not in wanted]:
            self.take()
            self._lost += self._readers[key].lost
            self._readers.pop(key).close()

    def _leave(self) -> None:
        self._asked = None
        for reader in self._readers.values():
            self._lost += reader.lost
            reader.close()
        self._readers.clear()
