"""Stories run against real processes, each in a world of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.program_driver import Program


@pytest.fixture
def program(tmp_path: Path) -> Callable[[str], Program]:
    """A program on a copy of a sample, by the sample's name."""

    def made(sample: str) -> Program:
        return Program(tmp_path / sample, sample)

    return made


@pytest.fixture
def first_run(program: Callable[[str], Program]) -> Program:
    return program("first-run")
