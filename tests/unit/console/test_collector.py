"""The cycle collector looks at what is held only seldom."""

from __future__ import annotations

import gc

from console import collector


def test_the_youngest_gather_and_the_oldest_wait() -> None:
    before = gc.get_threshold()
    try:
        collector.rarely()
        assert gc.get_threshold() == (collector.YOUNG, collector.MIDDLE, collector.SELDOM)
    finally:
        gc.set_threshold(*before)
