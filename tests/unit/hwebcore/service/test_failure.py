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
