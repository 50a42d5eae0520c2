"""Writes records into rings as workers do, with the runtime's own writer: first many at once, then so many a second, until it is ended.

console_writer.py FOLDER FIRST PER_SECOND CONFIG CONTROL. Says "written" when the first stand there and somebody answers at CONTROL as a
service does (told_state.py); keeps to its rate by the clock, in steps of 5 ms.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

sys.path.append(str(Path(__file__).resolve().parent))

from told_state import ToldState

from hwebcore.records import NamesWriter, RingWriter, flights_bytes, mark_code, ring_bytes, told

SLOTS = 65_536
STEPS = 19
STEP_S = 0.005
RINGS = ("Shop-Integrated", "Legacy-Classic")
_NOTIFICATIONS = ("BEGIN_REQUEST", "AUTHENTICATE_REQUEST", "AUTHORIZE_REQUEST", "MAP_REQUEST_HANDLER", "EXECUTE_REQUEST_HANDLER", "LOG_REQUEST")


class Worker:
    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        fds = []
        for name, size in (("ring", ring_bytes(SLOTS)), ("flights", flights_bytes(4)), ("names", 1 << 20)):
            fd = os.open(folder / name, os.O_RDWR | os.O_CREAT, 0o600)
            os.ftruncate(fd, size)
            fds.append(fd)
        self._ring, names = RingWriter(fds[0], os.getpid()), NamesWriter(fds[2])
        pool, _, mode = folder.name.partition("-")
        steps = [["iis", _NOTIFICATIONS[number * 6 // STEPS], False, f"Module{number}", "native", None] for number in range(STEPS)]
        value = {"site": "www", "application": "/", "pool": pool, "mode": mode, "pid": 1, "steps": steps, "skipped": [], "tentative": "StaticFile"}
        self._sequence = names.intern("sequence", "s", value)
        handler = {"name": "StaticFile", "modules": ["StaticFileModule"], "type": "", "handler_kind": "native"}
        self._handler = names.intern("handler", "h", handler)
        self._codes = b"".join(map(mark_code, range(STEPS)))
        self._times = [5.0 + number * 2e-5 for number in range(STEPS)]
        self._number = 0

    def write(self, count: int) -> None:
        wall = time.time()
        for _ in range(count):
            self._number += 1
            number = self._number
            status = 500 if number % 97 == 0 else 404 if number % 13 == 0 else 200
            url = b"/shop/article/%d?colour=blue" % (number % 5000)
            same = told(0, self._sequence, self._handler, 4000, b"GET", b"127.0.0.1", b"", b"", b"", url)
            self._ring.write(0, number, 1200, 5.0, 5.0 + number % 50 * 1e-4, wall, status, 0, 0xFFFF, same, self._codes, self._times)


async def main() -> None:
    folder, first, rate = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    workers = [Worker(folder / name) for name in RINGS]
    for worker in workers:
        worker.write(first // len(workers))
    state = ToldState(Path(sys.argv[4]), [folder / name for name in RINGS])
    answering = state.tasks.start(state.answer(Path(sys.argv[5])), "control")
    print("written", flush=True)
    await asyncio.to_thread(sys.stdin.readline)  # the console has taken them in
    began, done, parent = time.perf_counter(), 0, os.getppid()
    while os.getppid() == parent and not answering.done():  # nobody is left to be written for
        due = int((time.perf_counter() - began) * rate)
        for worker in workers:
            worker.write((due - done) // len(workers))
        done += (due - done) // len(workers) * len(workers)
        await asyncio.sleep(STEP_S)


if __name__ == "__main__":
    asyncio.run(main())
