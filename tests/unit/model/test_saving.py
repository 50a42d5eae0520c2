"""Saving: whole, in place of what was read, or not at all."""

from __future__ import annotations

import errno
import json
import os
import random
import resource
import shutil
import signal
import stat
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest

from model import saving
from model.saving import ChangedOnDisk, ReadOnly, Replaced, save
from tests.support import stopped_save

ROOT = Path(__file__).parents[3]
#: Saves two texts in turn, as fast as it can, and says when it has begun.
_FOREVER = """
import itertools, sys
from pathlib import Path
from model.saving import Replaced, save
path, texts = Path(sys.argv[1]), (b"a" * 50_000, b"b" * 70_000)
save([Replaced(path, None, texts[0])])
print(flush=True)
for number in itertools.count():
    save([Replaced(path, texts[number % 2], texts[1 - number % 2])])
"""


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


def _list(*entries: tuple[int, int, int]) -> bytes:
    """An access list as the system keeps it: (tag, rights, whose)."""
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


_NOBODY = 2**32 - 1
_READER = _list((1, 6, _NOBODY), (2, 4, 12345), (4, 0, _NOBODY), (16, 4, _NOBODY), (32, 0, _NOBODY))
_ACCESS = "system.posix_acl_access"


def _give_list(place: Path, name: str) -> None:
    try:
        os.setxattr(place, name, _READER)
    except OSError:
        pytest.skip("this file system keeps no access lists")


def test_an_access_list_stays_and_none_is_inherited(tmp_path: Path) -> None:
    listed, plain = tmp_path / "listed.config", tmp_path / "plain.config"
    for path in (listed, plain):
        path.write_bytes(b"old")
        path.chmod(0o640)
    _give_list(listed, _ACCESS)
    _give_list(tmp_path, "system.posix_acl_default")  # what is made in the folder from here on has a reader more
    save([Replaced(listed, b"old", b"new"), Replaced(plain, b"old", b"new")])
    assert os.getxattr(listed, _ACCESS) == _READER
    assert _ACCESS not in os.listxattr(plain)
    assert stat.S_IMODE(plain.stat().st_mode) == 0o640


def test_an_attribute_that_the_system_keeps_to_itself_costs_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "web.config"
    path.write_bytes(b"old")
    _give_list(path, _ACCESS)
    names = os.listxattr
    monkeypatch.setattr(os, "listxattr", lambda place: ["security.closed", *names(place)] if place == path else names(place))
    save([Replaced(path, b"old", b"new")])
    assert os.getxattr(path, _ACCESS) == _READER


def test_a_file_whose_access_list_would_go_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "web.config"
    path.write_bytes(b"old")
    _give_list(path, _ACCESS)

    def refuse(*_: object) -> None:
        raise OSError(errno.EOPNOTSUPP, "not supported")

    monkeypatch.setattr(os, "setxattr", refuse)
    with pytest.raises(ReadOnly, match="access list could not be kept"):
        save([Replaced(path, b"old", b"new")])
    assert path.read_bytes() == b"old"


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

    def failing(draft: saving._Draft) -> None:
        if draft.target == paths[1]:
            raise OSError(errno.ENOSPC, "no space left")
        put(draft)

    monkeypatch.setattr(saving, "_put", failing)
    with pytest.raises(ReadOnly, match="the disk is full"):
        save([Replaced(path, b"old", b"new") for path in paths])
    assert [path.read_bytes() for path in paths] == [b"old", b"old"]
    assert sorted(os.listdir(tmp_path)) == ["a", "b"]


def test_a_file_that_cannot_be_put_back_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [tmp_path / name for name in ("a", "b")]
    for path in paths:
        path.write_bytes(b"old")
    put = saving._put

    def once(draft: saving._Draft) -> None:
        if draft.target.read_bytes() != b"old" or draft.target == paths[1]:
            raise OSError(errno.ENOSPC, "no space left")
        put(draft)

    monkeypatch.setattr(saving, "_put", once)
    with pytest.raises(ReadOnly, match=f"the disk is full; {paths[0]} had changed before that, and could not be put back"):
        save([Replaced(path, b"old", b"new") for path in paths])
    assert [path.read_bytes() for path in paths] == [b"new", b"old"]


def test_a_new_file_is_for_whom_the_user_lets_read(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        save([Replaced(tmp_path / "web.config", None, b"new")])
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "web.config").stat().st_mode) == 0o640


def test_the_bytes_are_on_the_disk_before_the_name_is_and_the_name_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "web.config"
    path.write_bytes(b"old")
    synced: list[tuple[bool, bytes]] = []
    fsync = os.fsync

    def watched(descriptor: int) -> None:
        fsync(descriptor)
        synced.append((stat.S_ISDIR(os.fstat(descriptor).st_mode), path.read_bytes()))

    monkeypatch.setattr(os, "fsync", watched)
    save([Replaced(path, b"old", b"new")])
    assert synced == [(False, b"old"), (True, b"new")]


@pytest.mark.skipif(not stopped_save.works, reason="stops at system calls are known on one system")
def test_killed_or_refused_at_any_call_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "tests.support.stopped_save", str(tmp_path)], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert {name: story["wrong"] for name, story in found.items()} == {name: [] for name in found}
    for name, story in found.items():
        assert story["stops"] > 20, name
        states = set(story["states"])
        count = 2 if name.startswith("two") else 1
        # Both sides of the moment are met: before it nothing has changed, after it everything.
        assert {f"{'-1' if 'killed' in name else '10'}:{'o' * count}", f"0:{'n' * count}"} <= states, name
    assert "-1:no" in found["two killed"]["states"]


def test_killed_while_it_saves_without_end(tmp_path: Path) -> None:
    chance = random.Random(7)
    for number in range(4):
        path = tmp_path / str(number) / "web.config"
        path.parent.mkdir()
        with subprocess.Popen([sys.executable, "-c", _FOREVER, str(path)], cwd=ROOT, stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            child.stdout.readline()
            until = time.monotonic() + chance.random() * 0.05
            while time.monotonic() < until:
                assert path.read_bytes() in (b"a" * 50_000, b"b" * 70_000)
            child.send_signal(signal.SIGKILL)
        now = path.read_bytes()
        assert now in (b"a" * 50_000, b"b" * 70_000)
        save([Replaced(path, now, b"next")])
        assert os.listdir(path.parent) == ["web.config"]


def test_a_limit_that_is_met_while_writing_is_told_and_leaves_the_file(tmp_path: Path) -> None:
    path = tmp_path / "web.config"
    path.write_bytes(b"old")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, limits[1]))
    try:
        with pytest.raises(ReadOnly, match="larger than a file may be here") as caught:
            save([Replaced(path, b"old", b"x" * (2 << 20))])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert caught.value.command == "ulimit -f unlimited"
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["web.config"]


def test_a_full_disk_is_told_and_leaves_the_file(tmp_path: Path) -> None:
    unshare = shutil.which("unshare")
    if unshare is None or subprocess.run([unshare, "-rm", "true"], capture_output=True).returncode:
        pytest.skip("no disk of one's own can be made here")
    command = [unshare, "-rm", sys.executable, "-m", "tests.support.full_disk", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["full"] == os.strerror(errno.ENOSPC)
    assert found["told"] == f"{tmp_path / 'applicationHost.config'} cannot be written: the disk is full"
    assert found["command"] == f"df -h {tmp_path}"
    assert found["same"]
    assert found["left"] == ["applicationHost.config", "filled", "s"]
    assert found["later"]


def test_who_saves_second_meets_what_the_first_wrote(tmp_path: Path) -> None:
    path = tmp_path / "web.config"
    path.write_bytes(b"0")
    program = """
import sys
from pathlib import Path
from model.saving import ChangedOnDisk, Replaced, save
path, done = Path(sys.argv[1]), 0
print(flush=True)
while done < 150:
    before = path.read_bytes()
    try:
        save([Replaced(path, before, str(int(before) + 1).encode())])
        done += 1
    except ChangedOnDisk:
        pass
"""
    children = [subprocess.Popen([sys.executable, "-c", program, str(path)], cwd=ROOT, stdout=subprocess.PIPE) for _ in range(3)]
    assert [child.wait(30) for child in children] == [0, 0, 0]
    for child in children:
        assert child.stdout is not None
        child.stdout.close()
    assert path.read_bytes() == b"450"  # no saving was lost under another
