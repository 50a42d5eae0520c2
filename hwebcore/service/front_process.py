"""The service's side of the front: start it, tell it routes, listeners and pools, and start it again when it dies.

Knows no request; front/front.py is the other side.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable, Mapping

from hwebcore.channel import ChannelClosed, Message
from hwebcore.platform import memory_text
from hwebcore.service.certificates import Share, Told
from hwebcore.service.child_process import ChildProcess, Launch
from hwebcore.tasks import Tasks

_ANSWER_S = 3.0
#: How often it is asked whether it still runs, and how long it may be silent.
_LOOK_S, _SILENCE_S = 10.0, 30.0


class FrontProcess:
    """One front. `demand` is called with a pool's name, `cut_off` with a worker's pid too, `ended` when the process is gone unasked."""

    def __init__(
        self, tasks: Tasks, demand: Callable[[str], None], ended: Callable[[str], None], cut_off: Callable[[str, int], None] = lambda pool, pid: None
    ) -> None:
        self._tasks = tasks
        self._demand = demand
        self._ended = ended
        self._cut_off = cut_off
        self._process: ChildProcess | None = None
        #: With which descriptors.
        self._listening: dict[str, list[int]] = {}
        self._number = 0
        self._waiting: dict[int, asyncio.Future[None]] = {}
        self._stopping = False
        self._told = Told()
        self._spawning = False
        #: HTTPERR records that this front could not write.
        self.log_lost = 0

    @property
    def pid(self) -> int:
        return self._process.pid if self._process is not None else 0

    async def start(self, launch: Launch, log: Callable[[], int], routes: Callable[[], bytes]) -> ChildProcess:
        """Start it with what holds when it is there; what it is told next waits in its channel. Raises OSError."""
        self._spawning = True
        try:
            process = await ChildProcess.spawn(launch)
        finally:
            self._spawning = False
        try:
            fd = memory_text("routes", routes())
            process.channel.send({"type": "start"}, [fd, log()])
            os.close(fd)
        except OSError:
            process.channel.close()  # which ends it
            await process.wait()
            raise
        self._process = process
        self._listening.clear()
        self._told = Told()
        self.log_lost = 0
        self._tasks.start(self._read(process), "front channel")
        self._tasks.start(self._watch(process), "front watch")
        return process

    def send_routes(self, routes: bytes) -> None:
        fd = memory_text("routes", routes)
        self._send({"type": "routes"}, [fd])
        os.close(fd)

    def send_log(self, fd: int) -> None:
        self._send({"type": "log"}, [fd])

    @property
    def output_pid(self) -> int:
        return 0 if self._spawning else self.pid

    def send_output(self, fd: int) -> None:
        """What it prints goes there from now on."""
        self._send({"type": "output"}, [fd])

    def send_certificates(self, shares: Iterable[Share]) -> None:
        self._told.tell(self._send, shares)

    def listen(self, endpoint: str, fds: list[int], secure: bool = False) -> None:
        """Again where there are more sockets: another family's address has become free."""
        if self._listening.get(endpoint) != fds:
            self._listening[endpoint] = fds
            self._send({"type": "listen", "endpoint": endpoint, "secure": secure}, fds)

    def unlisten(self, endpoint: str) -> None:
        if endpoint in self._listening:
            del self._listening[endpoint]
            self._send({"type": "unlisten", "endpoint": endpoint})

    def pool(self, name: str, state: str, workers: Iterable[int], fresh: Mapping[int, int], queue: int, tcp_reset: bool) -> None:
        """`workers`: the pids of the live ones; `fresh`: of those it was not told of, pid → the front's end of the hand-over pair."""
        message = {"type": "pool", "pool": name, "state": state, "workers": list(workers), "fresh": list(fresh), "queue": queue, "reset": tcp_reset}
        self._send(message, list(fresh.values()))

    def forget(self, name: str) -> None:
        self._send({"type": "forget", "pool": name})

    async def sync(self, limit_s: float = _ANSWER_S) -> bool:
        """Wait until it has taken in all that was sent. False: it did not say so in time."""
        if self._process is None or not self._process.channel.open:
            return True
        self._number += 1
        number = self._number
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        self._send({"type": "sync", "number": number})
        done, _ = await asyncio.wait([answer], timeout=limit_s)
        self._waiting.pop(number, None)
        return bool(done)

    async def _watch(self, process: ChildProcess) -> None:
        """One that does not answer serves nobody: it is ended, and started again like any that died."""
        while process.channel.open:
            await asyncio.sleep(_LOOK_S)
            if process.channel.open and not await self.sync(_SILENCE_S):
                process.kill()
                return

    async def stop(self) -> None:
        """Close its channel, which ends it."""
        self._stopping = True
        if self._process is not None:
            self._process.channel.close()
            waiter = self._tasks.start(self._process.wait(), "front exit")
            done, _ = await asyncio.wait([waiter], timeout=2)
            if not done:
                self._process.kill()
                await waiter

    def _send(self, message: Message, fds: list[int] | None = None) -> None:
        if self._process is not None:
            self._process.channel.send(message, fds or [])

    async def _read(self, process: ChildProcess) -> None:
        try:
            while True:
                message, fds = await process.channel.receive()
                for fd in fds:
                    os.close(fd)
                self._heard(message)
        except ChannelClosed as closed:
            for answer in self._waiting.values():
                if not answer.done():
                    answer.set_result(None)
            process.kill()
            await process.wait()
            if not self._stopping:
                self._ended(str(closed))

    def _heard(self, message: Message) -> None:
        kind, number = message.get("type"), message.get("number")
        if kind == "demand":
            self._demand(str(message.get("pool", "")))
        elif kind == "cut_off" and isinstance(message.get("pid"), int):
            self._cut_off(str(message.get("pool", "")), message["pid"])
        elif kind == "lost" and isinstance(message.get("records"), int):
            self.log_lost = message["records"]
        elif kind == "done" and isinstance(number, int):
            answer = self._waiting.pop(number, None)
            if answer is not None and not answer.done():
                answer.set_result(None)
