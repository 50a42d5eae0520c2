"""Rows for workers, columns for sites with a limit: hwebcore/service/seats.py."""

from __future__ import annotations

from hwebcore.plan import PoolPlan, SiteLimits, SitePlan
from hwebcore.service.seats import Seats
from hwebcore.site_counts import SITES, WORKERS, SiteCounts


def _plan(*sites: tuple[str, int, int]) -> PoolPlan:
    return PoolPlan("P", "Integrated", sites=tuple(SitePlan(name, number, SiteLimits(max_connections=most)) for name, number, most in sites))


def test_a_site_has_one_column_whoever_serves_it() -> None:
    seats = Seats()
    first = seats.take(_plan(("a", 1, 5), ("free", 2, SiteLimits().max_connections)))
    second = seats.take(_plan(("b", 3, 5), ("renamed", 1, 5)))
    assert (first.columns, second.columns) == ({"a": 0}, {"b": 1, "renamed": 0})
    assert first.row != second.row
    seats.close()


def test_a_row_is_cleared_and_given_again() -> None:
    seats = Seats()
    plan = _plan(("a", 1, 5))
    first, second = seats.take(plan), seats.take(plan)
    SiteCounts(first.fd, first.row, first.columns).add("a", 3)
    assert SiteCounts(second.fd, second.row, second.columns).elsewhere("a") == 3
    seats.leave(first)
    seats.leave(first)
    assert SiteCounts(second.fd, second.row, second.columns).elsewhere("a") == 0
    rows = {seats.take(plan).row for _ in range(WORKERS)}
    assert len(rows) == WORKERS
    assert -1 in rows  # the last one counts for itself
    assert second.row not in rows
    seats.close()


def test_what_has_no_column_is_counted_by_each_worker() -> None:
    seats = Seats()
    many = seats.take(_plan(*((f"s{number}", number, 5) for number in range(SITES + 1))))
    assert len(many.columns) == SITES
    seats.close()


def test_the_column_of_a_site_that_is_gone_is_given_again_when_nobody_counts_there() -> None:
    seats = Seats()
    full, following = _plan(*((f"s{number}", number, 5) for number in range(SITES))), _plan(("new", 100, 5))
    seats.keep(full.sites)
    old = seats.take(full)
    SiteCounts(old.fd, old.row, old.columns).add("s0", 3)
    seats.keep(following.sites)
    assert seats.take(following).columns == {}  # the old worker still drains
    seats.leave(old)
    fresh = seats.take(following)
    assert fresh.columns == {"new": 0}
    assert SiteCounts(fresh.fd, fresh.row, fresh.columns).elsewhere("new") == 0
    seats.leave(fresh)
    assert seats.take(_plan(("other", 101, 5))).columns == {"other": 1}  # "new" is configured, and keeps its own
    seats.close()


def test_who_says_twice_that_it_is_gone_takes_the_row_from_nobody() -> None:
    seats = Seats()
    plan = _plan(("a", 1, 5))
    first, second = seats.take(plan), seats.take(plan)
    seats.leave(first)
    third = seats.take(plan)
    SiteCounts(third.fd, third.row, third.columns).add("a", 3)
    seats.leave(first)
    assert third.row == first.row
    assert SiteCounts(second.fd, second.row, second.columns).elsewhere("a") == 3
    assert seats.take(plan).row != third.row
    seats.close()
