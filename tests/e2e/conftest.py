"""Stories run against real processes, each in a world of its own; stories of the console follow one another in one that runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.program_driver import Program
from tests.support.story_world import Shared


@pytest.fixture
def program(tmp_path: Path) -> Callable[[str], Program]:
    """A program on a copy of a sample, by the sample's name."""

    def made(sample: str) -> Program:
        return Program(tmp_path / sample, sample)

    return made


@pytest.fixture
def first_run(program: Callable[[str], Program]) -> Program:
    return program("first-run")


@pytest.fixture(scope="session")
def stories(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    """The running world that stories of the console hand on: a console and its service take as long to start as a story to tell."""
    shared = Shared(tmp_path_factory.mktemp("stories"))
    yield shared
    shared.close()
