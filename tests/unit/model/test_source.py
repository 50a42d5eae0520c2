"""The model's names for places and problems are the plans' own."""

from __future__ import annotations

from hwebcore import plan
from model import source


def test_problems_and_sources_are_those_that_plans_carry() -> None:
    assert source.Problem is plan.Problem
    assert source.Source is plan.Source


def test_invalid_data_is_the_hresult_of_win32_error_13() -> None:
    assert int(source.INVALID_DATA, 16) == 0x80070000 | 13
