"""The collector rests while a large file is read, and looks at it no more; small files change nothing."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from model.collector import LARGE, keep, resting


@pytest.fixture(autouse=True)
def nothing_frozen() -> Iterator[None]:
    """As in a program that begins; afterwards as tests/conftest.py left it."""
    gc.unfreeze()
    yield
    gc.freeze()


def test_a_large_file() -> None:
    with resting(LARGE):
        assert not gc.isenabled()
    assert gc.isenabled()
    frozen = gc.get_freeze_count()
    assert frozen > 0
    with resting(LARGE):
        assert gc.get_freeze_count() == 0
    assert gc.get_freeze_count() > 0


def test_a_small_file() -> None:
    with resting(LARGE - 1):
        assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_where_the_collector_is_off_it_stays_off() -> None:
    gc.disable()
    try:
        with resting(LARGE):
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_what_stays_is_kept_where_it_is_large() -> None:
    keep(LARGE - 1)
    assert gc.get_freeze_count() == 0
    keep(LARGE)
    assert gc.get_freeze_count() > 0
