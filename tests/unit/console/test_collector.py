"""The cycle collector looks at what is held only seldom."""

from __future__ import annotations

import gc

from console import collector


def test_only_the_oldest_generation_waits() -> None:
    before = gc.get_threshold()
    try:
        collector.rarely()
        assert gc.get_threshold() == (before[0], before[1], collector.SELDOM)
    finally:
        gc.set_threshold(*before)
