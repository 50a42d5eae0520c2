"""Rates and percentiles of the last minute."""

from __future__ import annotations

import pytest

from console.figures import Figures


def test_the_window_moves_on() -> None:
    figures = Figures()
    figures.count(100, False, 1.0)
    assert figures.rate(101) == pytest.approx(0.2)
    assert figures.rate(107) == 0
    assert figures.rate(1000) == 0
    assert len(figures.requests) == 60


def test_errors_and_percentiles() -> None:
    figures = Figures()
    for number in range(100):
        figures.count(100, number >= 95, float(number))
    assert figures.error_rate(101) == pytest.approx(1.0)
    assert figures.percentiles(0.5, 0.95, 0.99) == (50.0, 95.0, 99.0)
    assert Figures().percentiles(0.5) == (0.0,)
    figures.turn(103)
    assert figures.last_seconds(4) == [0.0, 100.0, 0.0, 0.0]
