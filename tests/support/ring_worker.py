"""A worker's rings without a worker: writes records with the runtime's own writers, into files.

Knows no feed. `reader` is what a console would be handed.
"""

from __future__ import annotations

import os
from pathlib import Path

from console.feed import RingInfo
from hwebcore.records import NamesWriter, RingReader, RingWriter, mark_code, ring_bytes, told
from tests.support.finished_request import AnAnswer, FinishedRequest


class Worker:
    """Writes records as a worker does, into files."""

    def __init__(self, folder: Path, name: str, pid: int, slots: int = 64) -> None:
        self.info = RingInfo(name, f"pool-{name}", pid, "Integrated", False)
        self._fds = []
        for kind, size in (("ring", ring_bytes(slots)), ("flights", 384 * 4), ("names", 65536)):
            fd = os.open(folder / f"{name}-{kind}", os.O_RDWR | os.O_CREAT)
            os.ftruncate(fd, size)
            self._fds.append(fd)
        self._ring, self._names = RingWriter(self._fds[0], pid), NamesWriter(self._fds[2])
        steps = [["iis", "BEGIN_REQUEST", False, "RequestFilteringModule", "native", None]]
        value = {
            "site": "S",
            "application": "/",
            "pool": self.info.pool,
            "mode": "Integrated",
            "pid": pid,
            "steps": steps,
            "skipped": [],
            "tentative": "",
        }
        self._sequence = self._names.intern("sequence", "s", value)
        self._handler = self._names.intern(
            "handler", "h", {"name": "StaticFile", "modules": ["StaticFileModule"], "type": "", "handler_kind": "native"}
        )
        self._request = 0

    def reader(self) -> RingReader:
        self.handed = [os.dup(fd) for fd in self._fds]
        return RingReader(*self.handed)

    def serve(self, url: str, status: int = 200, wall: float = 1.0, took: float = 0.001, parent: int = 0) -> int:
        self._request += 1
        same = told(parent, self._sequence, self._handler, 4000, b"GET", b"127.0.0.1", b"", b"", b"", url.encode())
        answer = AnAnswer(status, 0, 0xFFFF, 10)
        self._ring.write(0, FinishedRequest(self._request, mark_code(0), [5.0 + took / 2], 5.0, 5.0 + took, wall, answer), same)
        return self._request

    def close(self) -> None:
        for fd in self._fds:
            os.close(fd)
