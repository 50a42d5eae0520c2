from __future__ import annotations

from pathlib import Path

import pytest

from model.backups import Backups, usual_name


def test_a_backup_is_added_read_and_deleted(tmp_path: Path) -> None:
    backups = Backups(tmp_path / "backup")
    assert backups.names() == []
    backups.add("One", b"x")
    with pytest.raises(FileExistsError):
        backups.add("One", b"y")
    assert (backups.names(), backups.read("One")) == (["One"], b"x")
    backups.delete("One")
    assert backups.read("One") is None


@pytest.mark.parametrize("name", ["", "..", ".x", "a/b", "a\\b", "a\nb", "x" * 101])
def test_names_that_lead_elsewhere(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="cannot be the name"):
        Backups(tmp_path).add(name, b"")


def test_the_usual_name() -> None:
    assert len(usual_name(0)) == len("19700101T000000")
