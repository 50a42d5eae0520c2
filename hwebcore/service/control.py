"""The control socket: frames of the console and the command line, the state told to whoever subscribed (subscribers.py).

Knows the frames, the right to speak and the limits; commands.py knows what each request does. Own user or root, else closed.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from hwebcore.channel import Channel, ChannelClosed, Message
from hwebcore.client import PROTOCOL
from hwebcore.platform import may_control, peer_pid, private_folder
from hwebcore.service.subscribers import Subscribers
from hwebcore.tasks import Tasks

MOST_CLIENTS = 64
_GREETING_S = 5.0
_ACCEPT_PAUSE_S = 0.05
_MOST_NAMED = 5
_PUSH_S = 0.1
#: What pushing took is rested so many times: thousands of pools make a long snapshot.
_REST = 4

#: (message, descriptors it came with) → (answer, descriptors to send; closed afterwards). Raises CommandRefused.
Command = Callable[[Message, list[int]], Awaitable[tuple[Message, list[int]]]]


class CommandRefused(Exception):
    """A request that cannot be done; `extra` is added to the answer."""

    def __init__(self, code: str, message: str, **extra: Any) -> None:
        super().__init__(message)
        self.code = code
        self.extra = extra


class ControlSocket:
    """`changed()` pushes, at most ten times a second. `attached(count)` hears how many consoles there are, `captures(who, wanted)` which
    of them want requests captured: none that is gone."""

    def __init__(
        self, path: Path, command: Command, snapshot: Callable[[], Message], tasks: Tasks, report: Callable[[str], None],
        attached: Callable[[int], None], captures: Callable[[Channel, bool], None],
    ) -> None:  # fmt: skip
        self._path = path
        self._command = command
        self._snapshot = snapshot
        self._tasks = tasks
        self._report = report
        self._attached = attached
        self._captures = captures
        #: → the process at the other end.
        self._clients: dict[Channel, int] = {}
        self._changed = asyncio.Event()
        self._subscribers = Subscribers(tasks, self._changed.set)
        private_folder(path.parent)
        # Whoever holds the lock (lifetime.py) owns this path: what is left there is a dead service's.
        path.unlink(missing_ok=True)
        self._sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._sock.setblocking(False)
        self._sock.bind(os.fspath(path))
        os.chmod(path, 0o600)
        self._sock.listen(64)
        self._listen()
        tasks.start(self._push(), "snapshots")

    def changed(self) -> None:
        self._changed.set()

    async def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._sock.fileno())
        self._sock.close()
        self._path.unlink(missing_ok=True)
        for channel in list(self._clients):
            try:
                await asyncio.wait_for(channel.flush(), 1)
            except TimeoutError:
                pass
            channel.close()

    def _listen(self) -> None:
        if self._sock.fileno() >= 0:  # not closed meanwhile
            asyncio.get_running_loop().add_reader(self._sock.fileno(), self._accept)

    def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            sock, _ = self._sock.accept()
        except (BlockingIOError, ConnectionError):  # a client that left first
            return
        except OSError:  # no descriptor to spare: the loop would come back at once, for nothing
            loop.remove_reader(self._sock.fileno())
            loop.call_later(_ACCEPT_PAUSE_S, self._listen)
            return
        if not may_control(sock):
            sock.close()
            return
        channel = Channel(sock)
        if len(self._clients) >= MOST_CLIENTS:
            channel.send({"type": "busy", "message": self._busy()})
            channel.close()
            return
        self._clients[channel] = peer_pid(sock)
        self._tasks.start(self._serve(channel), "control connection")

    def _busy(self) -> str:
        """Who has the connections: to be told which program to end."""
        held = Counter(self._clients.values())
        who = ", ".join(f"{count} by {f'process {pid}' if pid else 'others'}" for pid, count in held.most_common(_MOST_NAMED))
        return f"all {MOST_CLIENTS} control connections are taken: {who}; close a console, or end what waits there, and try again"

    async def _serve(self, channel: Channel) -> None:
        greeted = False
        try:
            channel.send({"type": "hello", "version": PROTOCOL})
            hello, fds = await asyncio.wait_for(channel.receive(), _GREETING_S)
            _close(fds)
            if hello.get("type") != "hello" or hello.get("version") != PROTOCOL:
                return
            greeted = True
            self._attached(self.count(1))
            while True:
                message, fds = await channel.receive()
                if message.get("type") == "subscribe":
                    _close(fds)
                    channel.send({"re": message.get("id"), "ok": True})
                    self._subscribers.add(channel, message.get("changes") is True)
                    self._subscribers.tell(self._snapshot())
                elif message.get("type") == "capture":
                    _close(fds)
                    self._captures(channel, bool(message.get("wanted")))
                    channel.send({"re": message.get("id"), "ok": True})
                else:  # beside: a slow command must not hold up the others
                    self._tasks.start(self._answer(channel, message, fds), f"command {message.get('type')}")
        except (ChannelClosed, TimeoutError):
            return
        finally:
            channel.close()
            self._clients.pop(channel, None)
            self._subscribers.drop(channel)
            self._captures(channel, False)
            if greeted:
                self._attached(self.count(-1))

    _consoles = 0

    def count(self, step: int = 0) -> int:
        """Consoles that greeted and have not gone."""
        self._consoles += step
        return self._consoles

    async def _answer(self, channel: Channel, message: Message, fds: list[int]) -> None:
        out: list[int] = []
        try:
            answer, out = await self._command(message, fds)
            answer = {"re": message.get("id"), "ok": True, **answer}
        except CommandRefused as refused:
            answer = {"re": message.get("id"), "ok": False, "code": refused.code, "message": str(refused), **refused.extra}
        except Exception as error:  # one command's defect must not end the service: told, and logged
            self._report(f"command {message.get('type')!r} failed: {type(error).__name__}: {error}")
            answer = {"re": message.get("id"), "ok": False, "code": "failed", "message": f"{type(error).__name__}: {error}"}
        finally:
            _close(fds)
        try:
            if out:
                channel.send(answer, out)
            else:
                channel.send_long(answer)
        finally:
            _close(out)

    async def _push(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._changed.wait()
            self._changed.clear()
            began = loop.time()
            if self._subscribers:
                self._subscribers.tell(self._snapshot())
            await asyncio.sleep(max(_PUSH_S, _REST * (loop.time() - began)))


def _close(fds: list[int]) -> None:
    for fd in fds:
        os.close(fd)
    fds.clear()
