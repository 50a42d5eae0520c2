"""Sign-ins that were ended, told to every worker: also those that start later, and after a restart of the service.

Knows workers as what can be told, and one file of numbers (0600) in the instance's state. Look next at hwebcore/ended_sign_ins.py.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from hwebcore.ended_sign_ins import MOST, EndedSignIns
from hwebcore.service.worker_process import WorkerProcess

FILE = "ended-sign-ins"
#: What one pool may have of all that is kept.
MOST_OF_POOL = MOST // 2
_LINE_BYTES = 128
_FLAGS = os.O_CREAT | os.O_APPEND | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC


class SharedSignOuts:
    """A line a sign-in. `report` hears of a file that cannot be had: what is ended then counts until the service ends."""

    def __init__(self, state_dir: Path, report: Callable[[str], None]) -> None:
        self._path = state_dir / FILE
        self._report = report
        self._lines = 0
        #: Lines that are not in the file yet.
        self._unwritten: list[str] = []
        #: By pool: until when each of those counts that its workers ended.
        self._of_pools: dict[str, list[float]] = {}
        #: Pools that have no room, and were told of.
        self._full: set[str] = set()
        self._workers: set[WorkerProcess] = set()
        self._ended = EndedSignIns(self._read())
        self._write_all()

    @property
    def ended(self) -> list[tuple[str, float]]:
        return self._ended.all

    def joined(self, worker: WorkerProcess) -> None:
        self._workers.add(worker)

    def left(self, worker: WorkerProcess) -> None:
        self._workers.discard(worker)

    def heard(self, pool: str, message: Mapping[str, Any]) -> None:
        """A worker of the pool says that somebody signed out."""
        number, until = message.get("number"), message.get("until")
        if not isinstance(number, str) or not isinstance(until, int | float) or not self._has_room(pool) or not self._ended.add(number, until):
            return
        self._of_pools[pool].append(until)
        for worker in self._workers:
            worker.send_ended([(number, until)])
        self._lines += 1
        if not self._unwritten:  # what comes with it is written with it: each wait for the disk is one of the whole service
            asyncio.get_running_loop().call_soon(self._write)
        self._unwritten.append(json.dumps([number, until]) + "\n")

    def _has_room(self, pool: str) -> bool:
        """Whether a pool may end one more: with too many it would have those of others forgotten."""
        ended = self._of_pools.setdefault(pool, [])
        if len(ended) < MOST_OF_POOL:
            return True
        now = time.time()
        ended[:] = [until for until in ended if until > now]
        if len(ended) < MOST_OF_POOL:
            return True
        if pool not in self._full:
            self._full.add(pool)
            self._report(f"pool '{pool}' has ended {MOST_OF_POOL:,} sign-ins before their time: what it ends now counts in its own worker alone")
        return False

    def _write(self) -> None:
        text, self._unwritten = "".join(self._unwritten), []
        if self._lines > 2 * MOST:
            self._write_all()
        else:
            self._append(text)

    def _read(self) -> list[tuple[str, float]]:
        try:
            descriptor = os.open(self._path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            return []
        with os.fdopen(descriptor, encoding="ascii", errors="replace") as file:
            return [found for line in file.read(_LINE_BYTES * 3 * MOST).splitlines() if (found := _entry(line)) is not None]

    def _append(self, text: str) -> None:
        try:
            descriptor = os.open(self._path, _FLAGS, 0o600)
            try:
                os.write(descriptor, text.encode())
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            self._report(f"{self._path} cannot be written, so that a restart forgets who signed out: {error}")

    def _write_all(self) -> None:
        """Without those whose time is over."""
        self._lines = len(self._ended)
        unfinished = self._path.with_name(f".{FILE}")
        try:
            if not self._lines:
                self._path.unlink(missing_ok=True)
                return
            unfinished.unlink(missing_ok=True)
            descriptor = os.open(unfinished, _FLAGS | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.writelines(json.dumps(entry) + "\n" for entry in self._ended.all)
                file.flush()
                os.fsync(descriptor)
            unfinished.replace(self._path)
        except OSError as error:
            self._report(f"{self._path} cannot be written, so that a restart forgets who signed out: {error}")


def _entry(line: str) -> tuple[str, float] | None:
    try:
        number, until = json.loads(line)
        return str(number), float(until)
    except (ValueError, TypeError):
        return None
