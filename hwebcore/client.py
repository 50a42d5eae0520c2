"""The control socket's other end: what the console and the command line use to ask a service.

Knows the frames and the snapshot as JSON; no plan, no worker. service/control.py answers. One Client is one attached console.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hwebcore.channel import Channel, ChannelClosed, Message
from hwebcore.detail_ring import DetailReader
from hwebcore.platform import may_control
from hwebcore.records import RingReader
from hwebcore.state_change import applied, difference
from hwebcore.tasks import Tasks

PROTOCOL = 1
_GREETING_S = 5.0

Snapshot = dict[str, Any]


class NoService(ConnectionError):
    """No service runs behind this control socket."""


class Busy(NoService):
    """One runs, and takes nobody now: as many are attached as it takes, or it does not get to greet."""


class Refused(Exception):
    """The service said no. `code` is a word: unknown-pool, not-running, refused …"""

    def __init__(self, code: str, message: str, answer: Message) -> None:
        super().__init__(message)
        self.code = code
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Connected:
    """A private connection to a worker: speak HTTP on `sock`; the trace is in ring `ring` with client port `tag`."""

    sock: socket.socket
    pid: int
    ring: str
    shadow: bool


class Client:
    """`snapshot` is the last one pushed (None before the first)."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._number = 0
        self._answers: dict[int, asyncio.Future[tuple[Message, list[int]]]] = {}
        self._fresh = asyncio.Event()
        self._subscribed = False
        self.snapshot: Snapshot | None = None
        #: Of the snapshot; None while a whole one is on its way.
        self._revision: int | None = None
        self._tasks = Tasks(lambda text: None)
        self._tasks.start(self._read(), "control client")

    @classmethod
    async def connect(cls, path: Path) -> Client:
        """Attach. Raises NoService."""
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        sock.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_connect(sock, os.fspath(path))
            if not may_control(sock):
                raise OSError("the socket belongs to somebody else")
        except OSError as error:
            sock.close()
            raise NoService(f"no service at {path}: {error}") from error
        channel = Channel(sock, takes_long=True)
        try:  # what it says is read before anything is sent: a service that is busy has closed by then
            hello, fds = await asyncio.wait_for(channel.receive(), _GREETING_S)
        except TimeoutError as error:
            channel.close()
            raise Busy(f"it has taken the connection and said nothing for {_GREETING_S:g} s") from error
        except ChannelClosed as error:
            channel.close()
            raise NoService(f"the service at {path} does not greet") from error
        _close(fds)
        if hello.get("type") == "busy":
            channel.close()
            raise Busy(str(hello.get("message", "")))
        if hello.get("type") != "hello" or hello.get("version") != PROTOCOL:
            channel.close()
            raise NoService(f"the service at {path} speaks version {hello.get('version')}, this program {PROTOCOL}")
        channel.send({"type": "hello", "version": PROTOCOL})
        return cls(channel)

    @property
    def open(self) -> bool:
        return self._channel.open

    async def request(self, kind: str, **fields: Any) -> Message:
        """Ask; the answer without its descriptors. Raises Refused, or NoService when the service is gone."""
        answer, fds = await self.exchange(kind, fields)
        _close(fds)
        return answer

    async def exchange(self, kind: str, fields: Message, descriptors: Iterable[int] = ()) -> tuple[Message, list[int]]:
        """Ask with and for descriptors, which are the caller's."""
        self._number += 1
        number = self._number
        future: asyncio.Future[tuple[Message, list[int]]] = asyncio.get_running_loop().create_future()
        self._answers[number] = future
        try:
            if not self._channel.send({**fields, "id": number, "type": kind}, descriptors):
                raise NoService("the service is gone")
            answer, fds = await future
        finally:
            self._answers.pop(number, None)
        if not answer.get("ok"):
            _close(fds)
            raise Refused(str(answer.get("code", "refused")), str(answer.get("message", "")), answer)
        return answer, fds

    async def status(self) -> Snapshot:
        answer = await self.request("status")
        snapshot: Snapshot = answer["snapshot"]
        return snapshot

    async def snapshots(self) -> AsyncIterator[Snapshot]:
        """The newest snapshot each time it changes, until the service is gone; what did not change in it are the same objects. Slow readers
        skip, never lag."""
        if not self._subscribed:
            self._subscribed = True
            await self.request("subscribe", changes=True)
        last: Snapshot | None = None
        while True:
            if self.snapshot is not None and self.snapshot is not last:
                last = self.snapshot
                yield last
                continue
            if not self._channel.open:
                return
            self._fresh.clear()
            await self._fresh.wait()

    async def ring(self, name: str, *, from_now: bool = False) -> RingReader:
        """A reader of a worker's ring. Close with `close_reader`. Raises Refused for a ring that is gone."""
        _, fds = await self.exchange("ring", {"ring": name})
        if len(fds) != 3:
            _close(fds)
            raise Refused("no-ring", "the service sent no ring", {})
        return RingReader(fds[0], fds[1], fds[2], from_now=from_now)

    async def capture(self, wanted: bool) -> None:
        """Have heads and bodies kept of what the workers serve, for as long as this client is there; or no longer."""
        await self.request("capture", wanted=wanted)

    async def details(self, name: str) -> DetailReader:
        """A reader of what the worker with this ring captures. Raises Refused where it captures nothing."""
        _, fds = await self.exchange("details", {"ring": name})
        if len(fds) != 1:
            _close(fds)
            raise Refused("not-captured", "the service sent no detail ring", {})
        return DetailReader(fds[0])

    async def connect_worker(self, pool: str, endpoint: tuple[str, int], tag: int, mode: str | None = None, secure: bool = False) -> Connected:
        """A connection served by the pool's worker as if accepted at `endpoint` (`secure`: as one of https); another mode than the
        pool's: by a shadow worker."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            fields: Message = {"pool": pool, "mode": mode, "endpoint": list(endpoint), "tag": tag, "secure": secure}
            answer, fds = await self.exchange("connect", fields, [theirs.fileno()])
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        _close(fds)
        ours.setblocking(False)
        return Connected(ours, int(answer["pid"]), str(answer["ring"]), bool(answer["shadow"]))

    async def close(self) -> None:
        self._channel.close()
        await self._tasks.stop()

    def _take(self, message: Message) -> None:
        """The service's state, whole or as what changed in it."""
        before = self.snapshot or {}
        whole = message["type"] == "snapshot"
        change = difference(before, message.get("snapshot")) if whole else message.get("changes")
        try:
            if not whole and (self._revision is None or message.get("of") != self._revision):
                raise ValueError("changes of another state than this")
            now = applied(before, change) if change is not None else before
            if not isinstance(now, dict):
                raise TypeError("a state is an object")
        except (LookupError, TypeError, ValueError):
            self._ask_for_all()
            return
        self.snapshot, self._revision = now, message.get("revision")
        self._fresh.set()

    def _ask_for_all(self) -> None:
        """A change of what is not here."""
        if self._revision is not None:
            self._revision = None
            self._channel.send({"id": 0, "type": "subscribe", "changes": True})

    async def _read(self) -> None:
        try:
            while True:
                message, fds = await self._channel.receive()
                future = self._answers.get(message.get("re", 0))
                if future is not None and not future.done():
                    future.set_result((message, fds))
                    continue
                _close(fds)
                if message.get("type") in ("snapshot", "changes"):
                    self._take(message)
        except ChannelClosed as closed:
            for future in self._answers.values():
                if not future.done():
                    future.set_exception(NoService(f"the service is gone: {closed}"))
            self._fresh.set()


def _close(fds: Iterable[int]) -> None:
    for fd in fds:
        os.close(fd)
