"""Processor time against a pool's limit: hwebcore/service/cpu_watch.py. Workers that are ended for it: test_pools.py."""

from __future__ import annotations

import os

import pytest

from hwebcore.plan import CpuSettings
from hwebcore.service import cpu_watch
from hwebcore.service.cpu_watch import CpuWatch, allowed_s

#: 5 s of processor time in 10 s.
HALF = CpuSettings(limit=50_000 // (os.cpu_count() or 1), reset_interval_s=10.0)


@pytest.fixture
def used(monkeypatch: pytest.MonkeyPatch) -> dict[int, float]:
    found: dict[int, float] = {}
    monkeypatch.setattr(cpu_watch, "cpu_seconds", lambda pid: found.get(pid, 0.0))
    return found


def test_the_limit_is_a_share_of_all_processors() -> None:
    assert allowed_s(CpuSettings(limit=100_000, reset_interval_s=60.0)) == 60.0 * (os.cpu_count() or 1)


def test_it_is_passed_once_an_interval(used: dict[int, float]) -> None:
    watch = CpuWatch()
    used.update({1: 100.0, 2: 7.0})  # from before: another interval's
    assert watch.look(HALF, [1, 2], 0.0) == 0.0
    used.update({1: 103.0, 2: 8.0})
    assert watch.look(HALF, [1, 2], 1.0) == 0.0
    used.update({1: 104.0, 3: 1.0})  # a third came meanwhile: all of its time counts
    assert watch.look(HALF, [1, 2, 3], 4.0) == 6.0
    used.update({1: 109.0})
    assert watch.look(HALF, [1, 2, 3], 5.0) == 0.0
    assert watch.look(HALF, [1, 2, 3], 10.0) == 0.0
    used.update({1: 115.0})
    assert watch.look(HALF, [1, 2, 3], 11.0) == 9.0


@pytest.mark.parametrize("settings", [CpuSettings(limit=0), CpuSettings(limit=1, reset_interval_s=0.0)])
def test_without_a_limit_or_an_interval_nothing_is_watched(settings: CpuSettings, used: dict[int, float]) -> None:
    watch = CpuWatch()
    for now in (0.0, 1.0):
        used[1] = now * 1000
        assert watch.look(settings, [1], now) == 0.0
