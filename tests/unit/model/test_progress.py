"""How far a judging is, for the thread that it runs on alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.content_walk import walk
from model.progress import GivenUp, Progress, followed


def test_a_walk_counts_its_folders_and_can_be_given_up(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    progress = Progress()
    with followed(progress):
        walk(tmp_path)
        assert progress.folders == 3
        progress.given_up = True
        with pytest.raises(GivenUp):
            walk(tmp_path)
    assert walk(tmp_path).complete  # nobody follows this one
    assert progress.folders == 3
