"""Too busy from one limit on, until below the other."""

from __future__ import annotations

from hwebcore.platform import processor_ticks
from hwebcore.processor_use import ProcessorUse


def test_two_limits() -> None:
    use = ProcessorUse(90, 50)
    assert not use.too_busy()
    seen = []
    for busy in (90, 91, 60, 50, 49, 89):
        use.weigh(busy, 100)
        seen.append(use.too_busy())
    assert seen == [False, True, True, True, False, False]


def test_a_limit_of_a_hundred_is_never_passed() -> None:
    use = ProcessorUse(100, 50)
    use.weigh(100, 100)
    use.weigh(0, 0)
    assert not use.too_busy()


def test_the_system_says_its_ticks() -> None:
    busy, ticks = processor_ticks()
    assert 0 <= busy <= ticks
