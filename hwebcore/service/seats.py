"""Who counts where: shares the rows of the table of connections out to workers, and its columns to sites with a limit.

Knows plans' limits and no connection. hwebcore/site_counts.py is the table.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from hwebcore.plan import PoolPlan, SiteLimits
from hwebcore.platform import memory_file
from hwebcore.site_counts import SITES, WORKERS, clear_row, table_bytes

_UNLIMITED = SiteLimits().max_connections


@dataclass(frozen=True, slots=True)
class Seat:
    """A worker's row, and the columns of its pool's sites by name. `row` -1: none was left, and it counts for itself."""

    fd: int
    row: int
    columns: dict[str, int] = field(default_factory=dict)


class Seats:
    def __init__(self) -> None:
        self._fd = memory_file("site-counts", table_bytes())
        self._free = list(range(WORKERS - 1, -1, -1))
        #: By row. Whoever says twice that a worker is gone must not take the row from the next one.
        self._taken: dict[int, Seat] = {}
        self._columns: dict[int, int] = {}

    def take(self, plan: PoolPlan) -> Seat:
        row = self._free.pop() if self._free else -1
        columns = {}
        for site in plan.sites:
            if site.limits.max_connections < _UNLIMITED and (site.id in self._columns or len(self._columns) < SITES):
                columns[site.name] = self._columns.setdefault(site.id, len(self._columns))
        seat = self._taken[row] = Seat(self._fd, row, columns)
        return seat

    def leave(self, seat: Seat) -> None:
        if seat.row >= 0 and self._taken.get(seat.row) is seat:
            del self._taken[seat.row]
            clear_row(self._fd, seat.row)
            self._free.append(seat.row)

    def close(self) -> None:
        os.close(self._fd)
