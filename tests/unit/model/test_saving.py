"""Saving: whole, in place of what was read, or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from model import saving
from model.saving import ChangedOnDisk, ReadOnly, Replaced, save


def test_a_file_is_replaced_with_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "web.config"
    path.write_bytes(b"old")
    path.chmod(0o640)
    save([Replaced(path, b"old", b"new")])
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert os.listdir(tmp_path) == ["web.config"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_file_keeps_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "web.config"
    path.write_bytes(b"old")
    os.chown(path, 12345, 23456)
    save([Replaced(path, b"old", b"new")])
    assert (path.stat().st_uid, path.stat().st_gid) == (12345, 23456)


def test_files_come_and_go(tmp_path: Path) -> None:
    path = tmp_path / "web.config"
    save([Replaced(path, None, b"new")])
    assert path.read_bytes() == b"new"
    save([Replaced(path, b"new", None)])
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(("before", "on_disk"), [(b"old", b"other"), (b"old", None), (None, b"there")])
def test_what_another_program_wrote_stays(tmp_path: Path, before: bytes | None, on_disk: bytes | None) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.write_bytes(b"1")
    if on_disk is not None:
        second.write_bytes(on_disk)
    with pytest.raises(ChangedOnDisk) as caught:
        save([Replaced(first, b"1", b"2"), Replaced(second, before, b"new")])
    assert caught.value.path == second
    assert first.read_bytes() == b"1"
    assert second.exists() == (on_disk is not None)
    assert on_disk is None or second.read_bytes() == on_disk


def test_a_symbolic_link_stays_one(tmp_path: Path) -> None:
    real = tmp_path / "there" / "real.config"
    real.parent.mkdir()
    real.write_bytes(b"old")
    link = tmp_path / "web.config"
    link.symlink_to(real)
    save([Replaced(link, b"old", b"new")])
    assert link.is_symlink()
    assert real.read_bytes() == b"new"


def test_a_missing_folder_is_a_reason(tmp_path: Path) -> None:
    with pytest.raises(ReadOnly) as caught:
        save([Replaced(tmp_path / "none" / "web.config", None, b"new")])
    assert "is not there" in caught.value.reason


@pytest.mark.parametrize(("refused", "reason"), [("web.config", "you may not write it"), ("", "you may not write in the folder")])
def test_a_file_without_the_right_to_write_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: str, reason: str) -> None:
    path = tmp_path / "web.config"
    path.write_bytes(b"old")
    access = os.access  # root may write everything: the answer is what is tested
    monkeypatch.setattr(os, "access", lambda asked, mode: asked != tmp_path / refused and access(asked, mode))
    with pytest.raises(ReadOnly, match=reason):
        save([Replaced(path, b"old", b"new")])
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["web.config"]


def test_a_file_whose_owner_would_change_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "web.config"
    path.write_bytes(b"old")

    def refuse(*_: object) -> None:
        raise PermissionError(1, "not permitted")

    monkeypatch.setattr(os, "fchown", refuse)
    there = path.stat()
    mine = os.fstat
    monkeypatch.setattr(os, "fstat", lambda descriptor: _Owner(mine(descriptor), there.st_uid + 1))
    with pytest.raises(ReadOnly, match="owner could not be kept"):
        save([Replaced(path, b"old", b"new")])
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["web.config"]


class _Owner:
    """A file's status with another owner."""

    def __init__(self, status: os.stat_result, uid: int) -> None:
        self._status = status
        self.st_uid = uid

    def __getattr__(self, name: str) -> object:
        return getattr(self._status, name)


def test_when_the_second_file_cannot_be_put_in_place_the_first_is_put_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [tmp_path / "a", tmp_path / "b"]
    for path in paths:
        path.write_bytes(b"old")
    put = saving._put

    def failing(target: Path, new: Path | None) -> None:
        if target == paths[1]:
            raise OSError(28, "no space left")
        put(target, new)

    monkeypatch.setattr(saving, "_put", failing)
    with pytest.raises(ReadOnly, match="no space left"):
        save([Replaced(path, b"old", b"new") for path in paths])
    assert [path.read_bytes() for path in paths] == [b"old", b"old"]
    assert sorted(os.listdir(tmp_path)) == ["a", "b"]
