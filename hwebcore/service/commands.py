"""What each request on the control socket does: one method a request, named in one mapping.

Knows the service's parts, no frames (control.py) and no widgets. A refusal is CommandRefused with a code.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hwebcore.channel import Message
from hwebcore.platform import read_only
from hwebcore.service.control import CommandRefused
from hwebcore.service.failure import WorkerFailed
from hwebcore.service.snapshot import problems_json
from hwebcore.service.worker_process import WorkerProcess

if TYPE_CHECKING:
    from hwebcore.service.pools import AppPool
    from hwebcore.service.service import Service

Answer = tuple[Message, list[int]]
_CONNECT_S = 95.0


class Commands:
    """`run(message, descriptors)` answers with (fields, descriptors to send)."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._by_name: dict[str, Callable[[Message, list[int]], Awaitable[Answer]]] = {
            "status": self._status,
            "start_pool": self._start_pool,
            "stop_pool": self._stop_pool,
            "recycle_pool": self._recycle_pool,
            "start_site": self._start_site,
            "stop_site": self._stop_site,
            "start_all": self._start_all,
            "stop_all": self._stop_all,
            "apply": self._apply,
            "ring": self._ring,
            "details": self._details,
            "connect": self._connect,
            "certificates": self._certificates,
            "run": self._run,
            "stay": self._stay,
            "stop": self._stop,
        }

    async def run(self, message: Message, fds: list[int]) -> Answer:
        command = self._by_name.get(str(message.get("type")))
        if command is None:
            raise CommandRefused("unknown-request", f"no request {message.get('type')!r}")
        return await command(message, fds)

    async def _status(self, message: Message, fds: list[int]) -> Answer:
        await self._service.figures.look()
        return {"snapshot": self._service.snapshot()}, []

    async def _start_pool(self, message: Message, fds: list[int]) -> Answer:
        await self._pool(message).start()
        return {}, []

    async def _stop_pool(self, message: Message, fds: list[int]) -> Answer:
        await self._pool(message).stop("stopped by an administrator")
        return {}, []

    async def _recycle_pool(self, message: Message, fds: list[int]) -> Answer:
        pool = self._pool(message)
        if pool.state not in ("Started", "Recycling"):
            raise CommandRefused("pool-stopped", f"application pool {pool.name!r} is {pool.state.lower()}: there is nothing to recycle")
        await pool.recycle("on_demand")
        return {}, []

    async def _start_site(self, message: Message, fds: list[int]) -> Answer:
        await self._service.sites.set(self._site(message), True)
        return {}, []

    async def _stop_site(self, message: Message, fds: list[int]) -> Answer:
        await self._service.sites.set(self._site(message), False)
        return {}, []

    async def _start_all(self, message: Message, fds: list[int]) -> Answer:
        if not self._service.running:
            raise CommandRefused("not-running", "the configuration is opened and not started: run starts it")
        await self._service.standstill.start()
        return {}, []

    async def _stop_all(self, message: Message, fds: list[int]) -> Answer:
        if self._service.running:  # what was only opened has nothing to stop, and run starts all of it
            await self._service.standstill.stop()
        return {}, []

    async def _apply(self, message: Message, fds: list[int]) -> Answer:
        """Read the files now; answers when what they say serves, or is refused."""
        await self._service.next_generation(self._service.source.refresh)
        state = self._service.generations.state
        if state.refused is not None:
            raise CommandRefused(
                "refused", "the configuration is refused", problems=problems_json(state.refused["problems"]), generation=state.number
            )
        return {"generation": state.number}, []

    async def _ring(self, message: Message, fds: list[int]) -> Answer:
        rings = self._service.rings.get(str(message.get("ring", "")))
        if rings is None:
            raise CommandRefused("unknown-ring", f"no ring {message.get('ring')!r}")
        return {"ring": rings.name, "pid": rings.pid}, rings.for_readers()

    async def _details(self, message: Message, fds: list[int]) -> Answer:
        rings = self._service.rings.get(str(message.get("ring", "")))
        if rings is None or rings.details < 0:
            raise CommandRefused("not-captured", f"nothing is captured in ring {message.get('ring')!r}")
        return {"ring": rings.name}, [read_only(rings.details)]

    async def _connect(self, message: Message, fds: list[int]) -> Answer:
        pool = self._pool(message)
        endpoint, tag, mode = message.get("endpoint"), message.get("tag"), message.get("mode")
        if len(fds) != 1 or not isinstance(endpoint, list) or len(endpoint) != 2 or type(endpoint[1]) is not int or type(tag) is not int:
            raise CommandRefused("bad-request", "connect takes one descriptor, an endpoint and a tag")
        try:
            worker = await self._worker_for(pool, mode)
        except WorkerFailed as failed:
            raise CommandRefused("worker-failed", f"the worker process {failed}") from failed
        if not worker.connection(fds[0], str(endpoint[0]), endpoint[1], tag & 0xFFFF, bool(message.get("secure"))):
            raise CommandRefused("worker-failed", "the worker process is gone")
        return {"pid": worker.pid, "ring": worker.rings.name, "shadow": worker.shadow}, []

    async def _certificates(self, message: Message, fds: list[int]) -> Answer:
        """Look at the store now; answers when everybody has what it says."""
        await self._service.look_at_certificates()
        return {"certificates": self._service.certificates.described()}, []

    async def _worker_for(self, pool: AppPool, mode: Any) -> WorkerProcess:
        if mode in (None, pool.plan.mode):
            if not self._service.running or not pool.enabled or pool.failed:
                raise CommandRefused("pool-stopped", f"application pool {pool.name!r} is {pool.state.lower()}")
            return await self._live(pool)
        if mode not in ("Integrated", "Classic"):
            raise CommandRefused("bad-request", f"no pipeline mode {mode!r}")
        try:
            plan = self._service.source.shadow(pool.name, mode)
        except KeyError:
            raise CommandRefused("unknown-pool", f"no application pool {pool.name!r}") from None
        return await self._service.shadows.get(plan)

    async def _live(self, pool: AppPool) -> WorkerProcess:
        """The pool's worker; a demand where there is none."""
        limit = time.monotonic() + _CONNECT_S
        while pool.worker is None:
            pool.demand()
            if not pool.enabled or pool.failed or time.monotonic() > limit:
                raise CommandRefused("worker-failed", f"application pool {pool.name!r}: {pool.reason or 'its worker process does not start'}")
            await asyncio.sleep(0.01)
        return pool.worker

    async def _run(self, message: Message, fds: list[int]) -> Answer:
        """Start what was only opened, with the answers that the user gave."""
        if any(name in message for name in ("ports", "drives", "accepted")):
            try:
                ports = {int(old): int(new) for old, new in (message.get("ports") or {}).items()}
                drives = {str(drive): Path(folder) for drive, folder in (message.get("drives") or {}).items()}
            except (TypeError, ValueError, AttributeError) as error:
                raise CommandRefused("bad-request", f"run takes ports and drives as objects: {error}") from error
            accepted = frozenset(map(str, message.get("accepted") or ()))

            async def configure() -> None:
                self._service.source.configure(drives=drives, ports=ports, accepted=accepted)

            await self._service.next_generation(configure)
        await self._service.run()
        return {"generation": self._service.generations.state.number}, []

    async def _stay(self, message: Message, fds: list[int]) -> Answer:
        self._service.linger.tell(bool(message.get("stay")), self._service.consoles())
        self._service.changed()
        return {}, []

    async def _stop(self, message: Message, fds: list[int]) -> Answer:
        asyncio.get_running_loop().call_later(0.02, self._service.stop)  # after this answer
        return {}, []

    def _pool(self, message: Message) -> AppPool:
        pool = self._service.pools.get(str(message.get("pool", "")))
        if pool is None:
            raise CommandRefused("unknown-pool", f"no application pool {message.get('pool')!r}")
        return pool

    def _site(self, message: Message) -> str:
        name = str(message.get("site", ""))
        if not self._service.sites.knows(name):
            raise CommandRefused("unknown-site", f"no site {message.get('site')!r}")
        return name
