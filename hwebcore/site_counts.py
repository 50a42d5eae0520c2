"""How many connections each site has, over all workers: limits/maxConnections is the site's, whoever serves it.

A table in shared memory that all workers of a service map: a row for each worker, which alone writes it, a column for each site
with a limit. Knows no connection. worker/presence.py counts, service/seats.py shares the rows out.
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Mapping

WORKERS = 256
SITES = 64


def table_bytes() -> int:
    return WORKERS * SITES * 4


class SiteCounts:
    """`columns`: by site name; a site without one is counted in this worker alone."""

    def __init__(self, fd: int, row: int, columns: Mapping[str, int]) -> None:
        self._cells = memoryview(mmap.mmap(fd, table_bytes())).cast("I")
        self._row = row * SITES
        self._columns = dict(columns)

    def add(self, site: str, count: int) -> None:
        """`count` more (or fewer) connections of this worker."""
        column = self._columns.get(site)
        if column is not None:
            cell = self._row + column
            self._cells[cell] = max(0, self._cells[cell] + count)

    def elsewhere(self, site: str) -> int:
        """Connections of the site in other workers."""
        column = self._columns.get(site)
        return 0 if column is None else sum(self._cells[column::SITES]) - self._cells[self._row + column]


def clear_row(fd: int, row: int) -> None:
    """A worker is gone, and its connections with it."""
    os.pwrite(fd, bytes(SITES * 4), row * SITES * 4)
