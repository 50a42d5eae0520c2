"""Connections passed between processes: one datagram each on a SOCK_SEQPACKET pair, acknowledged before the request runs.

Knows no HTTP: a connection is a descriptor, the bytes read from it that nobody used yet, and the two addresses.
The sender keeps its duplicate until the acknowledgement, so that a receiver's death before it loses nothing; after it nothing
is ever sent again. Used by front/ and by worker.py, in both directions.
"""

from __future__ import annotations

import array
import asyncio
import errno
import json
import os
import socket
from collections import deque
from collections.abc import Callable
from typing import Any

from hwebcore.channel import received_descriptors
from hwebcore.frozen import frozen
from hwebcore.platform import memory_text, read_memory
from hwebcore.wire.tls_session import TlsSession

#: More unread bytes than this travel in a memory file beside the connection.
MOST_INLINE_BYTES = 32768
#: More than a connection has read when it is passed on.
MOST_UNREAD_BYTES = 1 << 20
MOST_DATAGRAM_BYTES = 65536
MOST_QUEUED = 1024
_READ_AT_ONCE = 64
#: Letters of an IPv6 address with its zone.
_MOST_ADDRESS = 64
_MOST_PORT = 65535


@frozen
class HandedConnection:
    """A client's connection on its way. `ip` and `port` are the endpoint's; `hops` counts the hand-overs so far.

    `encrypted`: its TLS handshake has not begun, nothing was read from it. `session`: the TLS that the front ended; the bytes are clear.
    """

    sock: socket.socket
    unread: bytes
    ip: str
    port: int
    client: str
    client_port: int
    hops: int = 0
    encrypted: bool = False
    session: TlsSession | None = None


class HandoverLink:
    """One end of the pair. `taken` gets each connection that arrives; `broken` the ones that the other side never acknowledged."""

    def __init__(self, sock: socket.socket, taken: Callable[[HandedConnection], None], broken: Callable[[list[HandedConnection]], None]) -> None:
        sock.setblocking(False)
        self._sock = sock
        self._fd = sock.fileno()
        self._loop = asyncio.get_running_loop()
        self._taken = taken
        self._broken = broken
        self._last = 0
        self._unacknowledged: dict[int, HandedConnection] = {}
        self._queue: deque[tuple[int, HandedConnection]] = deque()
        #: None: its descriptor did not fit into this process; the sender is to let go of it.
        self._acknowledging: list[tuple[int, HandedConnection | None]] = []
        self._idle: asyncio.Future[None] | None = None
        self.open = True
        self._loop.add_reader(self._fd, self._readable)

    def give(self, connection: HandedConnection) -> bool:
        """Pass a connection on; it is no longer the caller's. False: the queue is full or the link is dead, and it still is."""
        if not self.open or len(self._queue) >= MOST_QUEUED:
            return False
        self._last += 1
        if self._queue or not self._send(self._last, connection):
            if not self.open:
                return False
            self._queue.append((self._last, connection))
            self._loop.add_writer(self._fd, self._writable)
        self._unacknowledged[self._last] = connection
        return True

    def again(self) -> None:
        """The other side is a new process on the same pair: send what the last one never acknowledged."""
        self._queue.clear()
        self._queue.extend(self._unacknowledged.items())
        if self._queue and self.open:
            self._loop.add_writer(self._fd, self._writable)

    async def settle(self) -> None:
        """Wait until everything given away was acknowledged, or the link broke."""
        while self.open and self._unacknowledged:
            self._idle = self._idle or self._loop.create_future()
            await self._idle

    def close(self) -> None:
        """Close this end; what was not acknowledged goes to `broken`."""
        if not self.open:
            return
        self.open = False
        self._loop.remove_reader(self._fd)
        self._loop.remove_writer(self._fd)
        self._sock.close()
        left = list(self._unacknowledged.values())
        self._unacknowledged.clear()
        self._queue.clear()
        arrived, self._acknowledging = self._acknowledging, []
        self._settled()
        self._take(arrived)  # the sender is gone: nobody will send them again
        if left:
            self._broken(left)

    def _send(self, number: int, connection: HandedConnection) -> bool:
        unread, fds = connection.unread, [connection.sock.fileno()]
        header: dict[str, object] = {
            "id": number, "ip": connection.ip, "port": connection.port, "client": connection.client,
            "client_port": connection.client_port, "hops": connection.hops + 1,
        }  # fmt: skip
        if connection.encrypted:
            header["encrypted"] = True
        if connection.session is not None:
            header["session"] = connection.session.to_list()
        spilled = -1
        if len(unread) > MOST_INLINE_BYTES:
            spilled = memory_text("unread", unread)
            fds.append(spilled)
            unread = b""
        head = json.dumps(header, separators=(",", ":")).encode()
        try:
            self._sock.sendmsg([b"C", len(head).to_bytes(2, "big"), head, unread], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))])
        except (BlockingIOError, InterruptedError):
            return False
        except OSError as error:
            if error.errno in (errno.ENOBUFS, errno.ETOOMANYREFS):  # full, not dead
                return False
            self.close()
            return False
        finally:
            if spilled >= 0:
                os.close(spilled)
        return True

    def _writable(self) -> None:
        if self._acknowledging and not self._acknowledge():
            return
        while self._queue and self.open:
            number, connection = self._queue[0]
            if not self._send(number, connection):
                return
            self._queue.popleft()
        if self.open:
            self._loop.remove_writer(self._fd)

    def _readable(self) -> None:
        for _ in range(_READ_AT_ONCE):
            try:
                data, ancillary, flags, _ = self._sock.recvmsg(MOST_DATAGRAM_BYTES, socket.CMSG_SPACE(4 * 4), getattr(socket, "MSG_CMSG_CLOEXEC", 0))
            except (BlockingIOError, InterruptedError):
                break
            except OSError:
                self.close()
                return
            fds = received_descriptors(ancillary)
            if not data:
                self._drop(fds)
                self.close()
                return
            if data[:1] == b"A" and not fds:
                self._acknowledged(data[1:])
            else:
                self._arrived(data, fds, lost=bool(flags & socket.MSG_CTRUNC))
            if not self.open:
                return
        if self._acknowledging:
            self._acknowledge()

    def _arrived(self, data: bytes, fds: list[int], *, lost: bool) -> None:
        """`lost`: not all of its descriptors could be taken. What the sender says may be anybody's."""
        try:
            number, header, unread = _told(data)
            if lost:
                self._drop(fds)
                self._acknowledging.append((number, None))
            else:
                self._acknowledging.append((number, _connection(header, unread, fds)))
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError, OSError):
            self._drop(fds)
            self.close()

    def _acknowledge(self) -> bool:
        """Acknowledge what arrived, and only then let it run: a sender that saw no acknowledgement may send it again."""
        arrived, self._acknowledging = self._acknowledging, []
        try:
            self._sock.send(b"A" + b"".join(number.to_bytes(8, "big") for number, _ in arrived))
        except (BlockingIOError, InterruptedError):
            self._acknowledging = arrived
            self._loop.add_writer(self._fd, self._writable)
            return False
        except OSError:
            self._acknowledging = arrived
            self.close()
            return False
        self._take(arrived)
        return True

    def _take(self, arrived: list[tuple[int, HandedConnection | None]]) -> None:
        for _, connection in arrived:
            if connection is not None:
                self._taken(connection)

    def _acknowledged(self, numbers: bytes) -> None:
        for start in range(0, len(numbers) - 7, 8):
            connection = self._unacknowledged.pop(int.from_bytes(numbers[start : start + 8], "big"), None)
            if connection is not None:
                connection.sock.close()
        if not self._unacknowledged:
            self._settled()

    def _settled(self) -> None:
        if self._idle is not None and not self._idle.done():
            self._idle.set_result(None)
        self._idle = None

    @staticmethod
    def _drop(fds: list[int]) -> None:
        for fd in fds:
            os.close(fd)


def _told(data: bytes) -> tuple[int, dict[str, Any], bytes]:
    """Number, header and unread bytes of a datagram. Raises ValueError, KeyError, TypeError, OverflowError, RecursionError."""
    end = 3 + int.from_bytes(data[1:3], "big")
    header = json.loads(data[3:end])
    number = int(header["id"])
    if data[:1] != b"C" or not 0 <= number < 1 << 63:
        raise ValueError("no connection")
    return number, header, data[end:]


def _connection(header: dict[str, Any], unread: bytes, fds: list[int]) -> HandedConnection:
    """Takes the descriptors that it keeps or closes out of `fds`; the rest is the caller's. Raises as `_told`, and OSError."""
    ends: dict[str, Any] = {"ip": str(header["ip"]), "port": int(header["port"]), "client": str(header["client"])}
    ends.update(client_port=int(header["client_port"]), hops=int(header["hops"]), encrypted=header.get("encrypted") is True)
    session = TlsSession.from_list(header.get("session"))
    if not 1 <= len(fds) <= 2 or max(map(len, (ends["ip"], ends["client"]))) > _MOST_ADDRESS:
        raise ValueError("no connection")
    if not (0 <= ends["port"] <= _MOST_PORT and 0 <= ends["client_port"] <= _MOST_PORT):
        raise ValueError("no port")
    if len(fds) == 2:
        unread = read_memory(fds.pop(), MOST_UNREAD_BYTES)
    sock = socket.socket(fileno=fds[0])
    fds.clear()
    if sock.type != socket.SOCK_STREAM:
        sock.close()
        raise ValueError("no stream")
    sock.setblocking(False)
    return HandedConnection(sock, unread, **ends, session=session)
