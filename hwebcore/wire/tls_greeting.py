"""Waits on a socket for a whole ClientHello and leaves every byte of it there (MSG_PEEK): the descriptor can still go anywhere.

Knows no certificate and no route. client_hello.py reads; a client that trickles costs one wake-up a piece, one that stops none.
"""

from __future__ import annotations

import asyncio
import select
import socket

from hwebcore.wire.client_hello import MOST_BYTES, ClientHello, NotTls, read_client_hello

_PEEK_BYTES = MOST_BYTES + 2048
_FIRST_LOOK_S, _LAST_LOOK_S = 0.02, 1.0


async def read_greeting(sock: socket.socket, limit_s: float) -> str:
    """The name that the client asks for, "" without one. Raises NotTls, TimeoutError, OSError for a client that went."""
    loop = asyncio.get_running_loop()
    seen, delay = 0, _FIRST_LOOK_S
    async with asyncio.timeout(limit_s):
        while True:
            try:
                data = sock.recv(_PEEK_BYTES, socket.MSG_PEEK | socket.MSG_DONTWAIT)
            except (BlockingIOError, InterruptedError):
                await readable(loop, sock)
                continue
            if not data:
                raise ConnectionResetError("the client closed before it said anything")
            answer = read_client_hello(data)
            if isinstance(answer, ClientHello):
                _wake_at(sock, 1)
                return answer.name
            if answer.count > _PEEK_BYTES:
                raise NotTls("a ClientHello that is too long")
            if len(data) > seen:
                seen, delay = len(data), _FIRST_LOOK_S
                _wake_at(sock, answer.count)
                await readable(loop, sock)
            elif _half_closed(sock):
                raise ConnectionResetError("the client closed within its ClientHello")
            else:  # woken for nothing new: what is there stays readable, so look again after a while
                await asyncio.sleep(delay)
                delay = min(2 * delay, _LAST_LOOK_S)


async def readable(loop: asyncio.AbstractEventLoop, sock: socket.socket) -> None:
    """Wait until there is something to read, or the client is gone."""
    ready: asyncio.Future[None] = loop.create_future()
    descriptor = sock.fileno()

    def wake() -> None:
        loop.remove_reader(descriptor)
        if not ready.done():
            ready.set_result(None)

    loop.add_reader(descriptor, wake)
    try:
        await ready
    finally:
        loop.remove_reader(descriptor)


def _wake_at(sock: socket.socket, count: int) -> None:
    """Have the system wake us only when so many bytes are there (it also does when the client closes)."""
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, count)
    except OSError:
        return


def _half_closed(sock: socket.socket) -> bool:
    hung_up = getattr(select, "POLLRDHUP", 0) | select.POLLHUP | select.POLLERR
    poll = select.poll()
    poll.register(sock.fileno(), hung_up)
    return bool(poll.poll(0))
