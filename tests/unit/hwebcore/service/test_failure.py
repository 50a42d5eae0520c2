"""Counting failures: hwebcore/service/failure.py. The protection itself is in test_pools.py."""

from __future__ import annotations

import pytest

from hwebcore.service import failure


def test_only_failures_inside_the_interval_count(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(failure.time, "monotonic", lambda: now)
    counter = failure.RapidFail()
    counts = []
    for now in (0.0, 100.0, 200.0, 301.0, 1000.0):  # noqa: B007 - read by the clock above
        counts.append(counter.add(300.0))
    assert counts == [1, 2, 3, 3, 1]
    counter.clear()
    assert counter.count == 0


def test_of_many_requests_that_died_some_are_named_and_the_rest_counted() -> None:
    """It stands in every snapshot, and there may be a thousand."""
    died = failure.Failure("exit", "ended unexpectedly", 5009)
    told = failure.told(died, 7, [f"GET /{number}" for number in range(1024)], [("10.0.0.1", number) for number in range(300)])
    assert (told["pid"], told["kind"], told["requests"][-1], told["more_requests"]) == (7, "exit", "GET /19", 1004)
    assert (told["connections"], len(told["idle_or_unread"]), told["idle_or_unread"][0]) == (300, 100, "10.0.0.1:0")
    assert failure.told(died, 7, ["GET /"], [])["more_requests"] == 0
