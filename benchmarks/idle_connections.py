"""What an idle kept connection costs: memory of the server's processes before and with so many of them, each of which has had an answer.

Knows no server. Private memory alone: what the kernel holds for a socket belongs to nobody's account.
"""

from __future__ import annotations

import socket
import time
from typing import Any

import process_tree
from rounds import wait_for

_BATCH = 250


def measure(pid: int, url: str, count: int) -> dict[str, Any]:
    """KB a connection, over `count` of them. `open`: how many were still open at the end."""
    wait_for(url)
    host, _, path = url.removeprefix("http://").partition("/")
    name, _, port = host.partition(":")
    request = f"GET /{path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
    for sock in _opened(name, int(port), request, _BATCH):  # what the first ones need once
        sock.close()
    time.sleep(1)  # until the server has seen them go
    before = process_tree.totals(pid)
    held: list[socket.socket] = []
    failed = ""
    try:
        for _ in range(count // _BATCH):
            held += _opened(name, int(port), request, _BATCH)
    except OSError as error:  # a server that does not hold them
        failed = f"{type(error).__name__} after {len(held)}"
    time.sleep(1)
    after = process_tree.totals(pid)
    alive = sum(_is_open(sock) for sock in held)
    for sock in held:
        sock.close()
    return {
        "connections": len(held),
        "open": alive,
        "kb_each": round((after.private_mb - before.private_mb) * 1024 / max(len(held), 1), 2),
        "private_mb": round(after.private_mb, 1),
        "failed": failed,
    }


def _opened(name: str, port: int, request: bytes, count: int) -> list[socket.socket]:
    """So many connections, each with one answer behind it."""
    sockets = []
    for _ in range(count):
        sock = socket.create_connection((name, port), timeout=10)
        sock.sendall(request)
        sockets.append(sock)
    for sock in sockets:
        if not sock.recv(65536).startswith(b"HTTP/1.1 200"):
            raise ConnectionError("an answer that is no 200")
    return sockets


def _is_open(sock: socket.socket) -> bool:
    sock.setblocking(False)
    try:
        return sock.recv(1) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False
