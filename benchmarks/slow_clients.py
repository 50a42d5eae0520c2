"""Clients that take their time: heads and bodies byte by byte, answers that are hardly read. How long each was let to.

Knows HTTP/1.1 as a client; no server. Plain sockets under one selector: a thousand of them cost next to nothing here.
"""

from __future__ import annotations

import selectors
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from rounds import spread

_TCP_CLOSE = 7


@dataclass
class SlowClient:
    kind: str
    sock: socket.socket
    began: float
    closed_after_s: float | None = None


@dataclass
class SlowClients:
    """`count` of them, of each kind as many, from `run` until `stop` is set. `large`: what is hardly read."""

    port: int
    count: int
    kinds: tuple[str, ...]
    large: str = "/"
    clients: list[SlowClient] = field(default_factory=list)
    refused: int = 0

    def run(self, stop: threading.Event) -> None:
        with selectors.DefaultSelector() as selector:
            for number in range(self.count):
                self._begin(self.kinds[number % len(self.kinds)], selector)
            while not stop.is_set() and selector.get_map():
                ready = {key.data.sock for key, _ in selector.select(0)}
                for key in list(selector.get_map().values()):
                    self._go_on(key.data, key.data.sock in ready, selector)
                stop.wait(1.0)
        for client in self.clients:
            client.sock.close()

    def _begin(self, kind: str, selector: selectors.DefaultSelector) -> None:
        sock = socket.socket()
        if kind == "read":
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        try:
            sock.settimeout(10)
            sock.connect(("127.0.0.1", self.port))
            sock.sendall(self._first(kind))
            sock.setblocking(False)
        except OSError:
            self.refused += 1
            sock.close()
            return
        client = SlowClient(kind, sock, time.monotonic())
        self.clients.append(client)
        selector.register(sock, selectors.EVENT_READ, client)

    def _first(self, kind: str) -> bytes:
        if kind == "header":
            return b"GET /slow-header HTTP/1.1\r\nHost: 127.0.0.1\r\nX-"
        if kind == "body":
            return b"POST /guestbook HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000\r\n\r\n"
        return f"GET {self.large} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()

    def _go_on(self, client: SlowClient, readable: bool, selector: selectors.DefaultSelector) -> None:
        """A byte more; notes when the server has had enough."""
        try:
            if client.kind == "read":  # a reset is seen behind what was not read
                over = _is_closed(client.sock) or (readable and client.sock.recv(16) == b"")
            else:
                over = readable  # an answer, or the end: nothing else comes before the request is whole
                if not over:
                    client.sock.send(b"x")
        except BlockingIOError:
            return
        except OSError:
            over = True
        if over:
            client.closed_after_s = time.monotonic() - client.began
            selector.unregister(client.sock)
            client.sock.close()

    def told(self, limits_s: dict[str, float]) -> dict[str, object]:
        rows: dict[str, object] = {}
        for kind in self.kinds:
            mine = [client for client in self.clients if client.kind == kind]
            closed = [client.closed_after_s for client in mine if client.closed_after_s is not None]
            rows[kind] = {
                "clients": len(mine), "closed": len(closed), "closed_after_s": spread(closed, 1), "limit_s": limits_s[kind],
                "in_time": len(closed) == len(mine) and all(one <= limits_s[kind] for one in closed),
            }  # fmt: skip
        return rows


def _is_closed(sock: socket.socket) -> bool:
    """TCP's own state, as Linux tells it."""
    return sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == _TCP_CLOSE


def in_background(work: Callable[[threading.Event], None]) -> tuple[threading.Thread, threading.Event]:
    stop = threading.Event()
    thread = threading.Thread(target=work, args=(stop,))
    thread.start()
    return thread, stop
