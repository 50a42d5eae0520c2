"""The files that processes print into, the pools' logs and the front's: kept below their limit while the processes run.

Knows no line of them. logs.py says when a file is full; a process puts the new descriptor in the place of its 1 and 2
(worker/process_life.py), so that it loses nothing and writes nothing twice.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from hwebcore.service.logs import begun_anew, empty_former


class Printing(Protocol):
    """A worker or the front. Its `output_pid` is 0 while it is being spawned, with a descriptor that was opened before."""

    @property
    def output_pid(self) -> int: ...

    def send_output(self, fd: int) -> None: ...


class OutputLogs:
    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._problems: dict[Path, str] = {}

    def roll(self, writers: Mapping[Path, Sequence[Printing]]) -> None:
        """Begin anew what is full or gone, and tell its writers. One that cannot be had is told once and tried again."""
        for path, processes in writers.items():
            if not all(process.output_pid for process in processes):  # it would go on in the old file: a moment later it can be told
                continue
            try:
                self._roll(path, processes)
                self._problems.pop(path, None)
            except OSError as error:
                problem = f"{path} cannot be begun anew: {error.strerror}"
                if self._problems.get(path) != problem:
                    self._tell(problem)
                self._problems[path] = problem

    @staticmethod
    def _roll(path: Path, processes: Iterable[Printing]) -> None:
        fresh = begun_anew(path)
        if fresh is not None:
            try:
                for process in processes:
                    process.send_output(fresh)
            finally:
                os.close(fresh)
        empty_former(path)
