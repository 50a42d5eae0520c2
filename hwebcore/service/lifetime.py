"""One service a configuration: the lock, the leftovers of a killed service, and when a service ends by itself.

Knows processes by pid and start time, no plan. A lock that somebody holds means: attach to that one.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

from hwebcore.platform import private_folder, start_time

_LEFTOVER_S = 3.0


class AlreadyRuns(Exception):
    """Another service holds this configuration."""

    def __init__(self, pid: int) -> None:
        super().__init__(f"a service (pid {pid}) runs this configuration already")
        self.pid = pid


class ServiceLock:
    """flock on `lock` in the state folder: the system frees it however the service ends."""

    def __init__(self, state_dir: Path) -> None:
        private_folder(state_dir)
        self._fd = os.open(state_dir / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0), 0o600)
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(self._fd, 32).split(b"\n")[0]
            os.close(self._fd)
            raise AlreadyRuns(int(holder) if holder.isdigit() else 0) from None
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, b"%d\n" % os.getpid(), 0)

    def release(self) -> None:
        os.close(self._fd)


class ProcessList:
    """`processes.json`: the children alive now, so that the next service can end what a killed one left."""

    def __init__(self, state_dir: Path, report: Callable[[str], None]) -> None:
        """`report` hears of a list that cannot be written: no process waits for that."""
        self._path = state_dir / "processes.json"
        self._report = report
        self._alive: dict[int, str] = {}
        self._fault = ""

    def add(self, pid: int, started: str) -> None:
        self._alive[pid] = started
        self._save()

    def remove(self, pid: int) -> None:
        if self._alive.pop(pid, None) is not None:
            self._save()

    def _save(self) -> None:
        fresh = self._path.with_suffix(".new")
        try:
            fresh.write_text(json.dumps([{"pid": pid, "started": started} for pid, started in self._alive.items()]), "ascii")
            fresh.replace(self._path)
            fault = ""
        except OSError as error:
            fault = f"{self._path} cannot be written, so that after a kill of the service what it started may be left: {error.strerror}"
        if fault and fault != self._fault:
            self._report(fault)
        self._fault = fault

    async def end_leftovers(self) -> list[int]:
        """Kill the children of a service that was killed; pid and start time must both match. Returns their pids."""
        ended = [pid for pid, started in self._left() if started and start_time(pid) == started and _kill(pid)]
        limit = asyncio.get_running_loop().time() + _LEFTOVER_S
        while any(start_time(pid) for pid in ended) and asyncio.get_running_loop().time() < limit:
            await asyncio.sleep(0.02)
        self._save()
        return ended

    def _left(self) -> list[tuple[int, str]]:
        try:
            entries = json.loads(self._path.read_text("ascii"))
            return [(int(entry["pid"]), str(entry["started"])) for entry in entries if int(entry["pid"]) > 1]
        except (OSError, ValueError, KeyError, TypeError):
            return []


def _kill(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return False
    return True


class Linger:
    """Ends a service that was not told to stay some seconds after its last console vanished."""

    def __init__(self, stay: bool, seconds: float, end: Callable[[], None]) -> None:
        self.stay = stay
        self._seconds = seconds
        self._end = end
        self._timer: asyncio.TimerHandle | None = None

    def attached(self, consoles: int) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if consoles == 0 and not self.stay:
            self._timer = asyncio.get_running_loop().call_later(self._seconds, self._end)

    def tell(self, stay: bool, consoles: int) -> None:
        self.stay = stay
        self.attached(consoles)

    def cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
