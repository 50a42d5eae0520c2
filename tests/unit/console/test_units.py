"""Numbers as people read them."""

from __future__ import annotations

import pytest

from console.units import clock, count, duration, rate, size, sparkline


@pytest.mark.parametrize(
    ("us", "text"),
    [(0, "0 µs"), (0.4, "0.4 µs"), (812, "812 µs"), (1400, "1.4 ms"), (39_000, "39 ms"), (2_030_000, "2.03 s"), (90_000_000, "1.5 min")],
)
def test_duration(us: float, text: str) -> None:
    assert duration(us) == text


@pytest.mark.parametrize(("number", "text"), [(0, "0 B"), (812, "812 B"), (4200, "4.2 kB"), (17_204, "17 kB"), (4_200_000, "4.2 MB")])
def test_size(number: int, text: str) -> None:
    assert size(number) == text


def test_counts_and_rates() -> None:
    assert count(11482) == "11 482"
    assert (rate(0), rate(3.61), rate(412.4)) == ("0", "3.6", "412")


def test_clock_has_milliseconds() -> None:
    assert clock(1.117).endswith("01.117")
    assert clock(1.117, milliseconds=False).endswith(":01")


def test_sparkline_scales_to_the_highest() -> None:
    assert sparkline([0, 1, 2, 4]) == "▁▂▄█"
    assert sparkline([0, 0]) == "▁▁"
