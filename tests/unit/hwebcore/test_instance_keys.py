"""The instance's keys: made once, for this user alone, rotated without losing what the last ones sealed."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest

from hwebcore.instance_keys import InstanceKeys, application_keys
from tests.support.server_driver import plan


def test_the_key_is_made_once_for_this_user_alone(tmp_path: Path) -> None:
    (key,) = InstanceKeys(tmp_path).keys
    assert len(key) == 32
    assert InstanceKeys(tmp_path).keys == (key,)
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


@pytest.mark.parametrize("harm", ["readable", "link", "torn", "empty", "endless", "folder"])
def test_a_file_that_is_not_ours_alone_or_not_whole_is_refused(tmp_path: Path, harm: str) -> None:
    InstanceKeys(tmp_path)
    path = tmp_path / "key"
    if harm == "readable":
        path.chmod(0o644)
    elif harm == "link":
        path.rename(tmp_path / "elsewhere")
        path.symlink_to(tmp_path / "elsewhere")
    elif harm == "folder":
        path.unlink()
        path.mkdir()
    else:
        path.write_bytes({"torn": b"k" * 31, "empty": b"", "endless": b"k" * 128}[harm])
    with pytest.raises(OSError, match="key"):
        InstanceKeys(tmp_path)


# rules: forms.rotation
def test_rotation_keeps_two_and_forgetting_none(tmp_path: Path) -> None:
    running, command = InstanceKeys(tmp_path), InstanceKeys(tmp_path)
    seen = [running.keys[0]]
    assert not running.refresh()
    for _ in range(4):
        command.refresh()
        command.rotate()
        assert running.refresh()
        assert running.keys[1:] == tuple(seen[:2])
        seen.insert(0, running.keys[0])
    assert len(set(seen)) == 5
    command.refresh()
    command.forget()
    assert running.refresh()
    assert running.keys == (seen[0],)
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_what_a_killed_writer_left_goes_and_a_living_ones_stays(tmp_path: Path) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    for name in (ended.pid, os.getppid(), "bak"):
        (tmp_path / f".key.{name}").write_bytes(b"k" * 32)
    InstanceKeys(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"key", f".key.{os.getppid()}", ".key.bak"}


def test_what_was_read_stays_in_force_when_the_file_is_harmed(tmp_path: Path) -> None:
    keys = InstanceKeys(tmp_path)
    before = keys.keys
    (tmp_path / "key").write_bytes(b"torn")
    with pytest.raises(PermissionError, match="no keys"):
        keys.refresh()
    assert keys.keys == before


def test_each_application_has_keys_of_its_own_that_stay(tmp_path: Path) -> None:
    pool = plan(tmp_path / "app", sites=(("S", 1, "/"), ("S", 1, "/a"), ("T", 2, "/")))
    keys = InstanceKeys(tmp_path)
    keys.rotate()
    keys.refresh()
    shared = application_keys(keys.keys, pool)
    assert set(shared) == {"S|/", "S|/a", "T|/"}
    assert len({key for both in shared.values() for key in both}) == 6
    assert application_keys(InstanceKeys(tmp_path).keys, pool) == shared
