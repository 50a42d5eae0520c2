"""A process with all that it started: its CPU time, its memory, its descriptors, and the core it may run on, from /proc.

Knows Linux and no server. A process that ends while it is read counts for nothing.
"""

from __future__ import annotations

import contextlib
import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

_TICK_S = 1 / os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")


@dataclass(frozen=True)
class Totals:
    """Of a whole tree at one moment. `private_mb`: pages that no other process shares, the proportional part of none."""

    processes: int
    cpu_s: float
    private_mb: float
    resident_mb: float
    descriptors: int


def members(root: int) -> list[int]:
    """`root` and its descendants that live."""
    children: dict[int, list[int]] = defaultdict(list)
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                children[int(_fields(int(entry.name))[1])].append(int(entry.name))
    found = [root]
    for one in found:
        found += children[one]
    return found


def cpu_seconds(pids: list[int]) -> float:
    """User and system time of these processes, and of their children that they have waited for."""
    total = 0.0
    for pid in pids:
        with contextlib.suppress(OSError):
            fields = _fields(pid)
            total += sum(int(fields[place]) for place in (11, 12, 13, 14)) * _TICK_S
    return total


def totals(root: int) -> Totals:
    pids = members(root)
    private, resident, descriptors, alive = 0.0, 0.0, 0, 0
    for pid in pids:
        with contextlib.suppress(OSError):
            one_private, one_resident = memory_mb(pid)
            descriptors += sum(1 for _ in (_PROC / str(pid) / "fd").iterdir())
            private, resident, alive = private + one_private, resident + one_resident, alive + 1
    return Totals(alive, cpu_seconds(pids), private, resident, descriptors)


def memory_mb(pid: int, *, without: str = "") -> tuple[float, float]:
    """(private, resident) in MB; mappings whose name holds `without` are left out (a ring that others read too)."""
    private = resident = 0
    counted = True
    for line in (_PROC / str(pid) / "smaps").read_text("utf-8", "replace").splitlines():
        name, _, rest = line.partition(":")
        if "-" in name.split(" ")[0] and not name[0].isupper():
            counted = not without or without not in line
        elif counted and name in ("Private_Clean", "Private_Dirty"):
            private += int(rest.split()[0])
        elif counted and name == "Rss":
            resident += int(rest.split()[0])
    return private / 1024, resident / 1024


def pin(pids: list[int], core: int | None) -> None:
    """Let every thread of these processes run on one core only; their children inherit that. None: wherever they like."""
    if core is None:
        return
    for pid in pids:
        with contextlib.suppress(OSError):
            for thread in (_PROC / str(pid) / "task").iterdir():
                with contextlib.suppress(OSError):
                    os.sched_setaffinity(int(thread.name), {core})


def cores() -> tuple[int | None, int | None]:
    """(for the servers, for the load); none where there is only one."""
    allowed = sorted(os.sched_getaffinity(0))
    return (allowed[0], allowed[1]) if len(allowed) > 1 else (None, None)


def _fields(pid: int) -> list[str]:
    """/proc/PID/stat after the command's name: state, parent, …"""
    return (_PROC / str(pid) / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
