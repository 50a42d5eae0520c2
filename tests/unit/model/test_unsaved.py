"""The other name: one save at a time, and what a killed one left is swept."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from model import unsaved
from model.unsaved import InTheWay, claimed, sweep, unsaved_name


def test_the_name_is_ours_alone_while_it_is_claimed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unsaved, "PATIENCE_S", 0.02)
    path = tmp_path / "web.config"
    with claimed(path, 0o600):
        sweep(path)
        assert os.listdir(tmp_path) == [".web.config.unsaved.config"]
        with pytest.raises(InTheWay, match="another program is saving it") as caught, claimed(path, 0o600):
            pass
        assert caught.value.command == ""
    assert os.listdir(tmp_path) == []


def test_a_name_that_was_renamed_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "web.config"
    with claimed(path, 0o600) as descriptor:
        os.write(descriptor, b"new")
        unsaved_name(path).replace(path)
        with claimed(path, 0o600):  # free for the next save already
            pass
    assert path.read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["web.config"]


def test_what_a_killed_save_left_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "web.config"
    unsaved_name(path).write_bytes(b"half")
    sweep(path)
    assert os.listdir(tmp_path) == []
    unsaved_name(path).write_bytes(b"half")
    with claimed(path, 0o600) as descriptor:
        assert os.fstat(descriptor).st_size == 0


def test_what_a_killed_save_left_beside_the_file_of_a_link_is_taken(tmp_path: Path) -> None:
    real = tmp_path / "there" / "real.config"
    real.parent.mkdir()
    link = tmp_path / "web.config"
    link.symlink_to(real)
    unsaved_name(real).write_bytes(b"half")
    sweep(link)
    assert os.listdir(real.parent) == []


def test_what_somebody_holds_is_not_swept(tmp_path: Path) -> None:
    path = tmp_path / "web.config"
    with unsaved_name(path).open("wb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        sweep(path)
        assert unsaved_name(path).exists()
    sweep(path)
    assert not unsaved_name(path).exists()


def test_what_is_no_file_of_ours_is_named_with_the_command(tmp_path: Path) -> None:
    path = tmp_path / "web.config"
    unsaved_name(path).mkdir()
    sweep(path)
    with pytest.raises(InTheWay, match="in the way") as caught, claimed(path, 0o600):
        pass
    assert caught.value.command == f"rm -rf {unsaved_name(path)}"


def test_a_link_by_that_name_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unsaved, "PATIENCE_S", 0.02)
    path, other = tmp_path / "web.config", tmp_path / "other"
    other.write_bytes(b"precious")
    unsaved_name(path).symlink_to(other)
    sweep(path)
    with pytest.raises((InTheWay, OSError)), claimed(path, 0o600):
        pass
    assert other.read_bytes() == b"precious"
