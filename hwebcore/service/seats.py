"""Who counts where: shares the rows of the table of connections out to workers, and its columns to sites with a limit.

Knows plans' limits and no connection. hwebcore/site_counts.py is the table.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field

from hwebcore.plan import PoolPlan, SiteLimits, SitePlan
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
        #: By site id.
        self._columns: dict[int, int] = {}
        self._kept: frozenset[int] = frozenset()

    def take(self, plan: PoolPlan) -> Seat:
        row = self._free.pop() if self._free else -1
        columns = {}
        for site in plan.sites:
            column = self._column(site.id) if _is_limited(site) else None
            if column is not None:
                columns[site.name] = column
        seat = self._taken[row] = Seat(self._fd, row, columns)
        return seat

    def leave(self, seat: Seat) -> None:
        if seat.row >= 0 and self._taken.get(seat.row) is seat:
            del self._taken[seat.row]
            clear_row(self._fd, seat.row)
            self._free.append(seat.row)
            self._give_back()

    def keep(self, sites: Iterable[SitePlan]) -> None:
        """These are configured now. The columns of others are given back when the last worker that counts there is gone."""
        self._kept = frozenset(site.id for site in sites if _is_limited(site))
        self._give_back()

    def _give_back(self) -> None:
        counting = {column for seat in self._taken.values() for column in seat.columns.values()}
        self._columns = {site: column for site, column in self._columns.items() if site in self._kept or column in counting}

    def _column(self, site: int) -> int | None:
        """Its own, or one where nobody counts; None where there is none left."""
        free = set(range(SITES)).difference(self._columns.values()) if site not in self._columns else ()
        if free:
            self._columns[site] = min(free)
        return self._columns.get(site)

    def close(self) -> None:
        os.close(self._fd)


def _is_limited(site: SitePlan) -> bool:
    return site.limits.max_connections < _UNLIMITED
