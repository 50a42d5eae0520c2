"""Why a file cannot be written, and the command that helps."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from model.obstacle import Obstacle, explained, obstacle

ROOT = Path(__file__).parents[3]
#: Asks as another user, for whom rights count, runs the command that is offered, and asks again.
_AS_NOBODY = """
import json, os, subprocess, sys
from pathlib import Path
from model.obstacle import obstacle
os.setgroups([]); os.setgid(65534); os.setuid(65534)
found = {}
for name in sys.argv[1:]:
    told = obstacle(Path(name))
    code = subprocess.run(told.command, shell=True).returncode if told and told.command.startswith("chmod") else None
    again = obstacle(Path(name))
    found[Path(name).name] = [told and told.reason, told and told.command, code, again and again.reason]
print(json.dumps(found))
"""


def test_what_can_be_written_has_none(tmp_path: Path) -> None:
    (tmp_path / "web.config").write_bytes(b"")
    assert obstacle(tmp_path / "web.config") is None
    assert obstacle(tmp_path / "new.config") is None


def test_a_folder_that_is_not_there_and_what_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "web.config").mkdir()
    assert obstacle(tmp_path / "web.config") == Obstacle("it is no regular file")
    folder = tmp_path / "a b"
    assert obstacle(folder / "web.config") == Obstacle(f"the folder {folder} is not there", f"mkdir -p '{folder}'")


@pytest.fixture
def everybodys() -> Iterator[Path]:
    """A folder that everybody may pass; the one above tmp_path is shut again by whichever run of tests begins next."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another user")
def test_rights_are_told_with_the_command_that_works(everybodys: Path) -> None:
    mine = everybodys / "mine"
    mine.mkdir()
    names = {"bare.config": (65534, 65534, 0o444), "roots.config": (0, 0, 0o644), "open.config": (0, 0, 0o666), "group.config": (65534, 0, 0o664)}
    for name, (uid, gid, mode) in names.items():
        (mine / name).write_bytes(b"")
        (mine / name).chmod(mode)
        os.chown(mine / name, uid, gid)
    shut = everybodys / "shut"
    shut.mkdir()
    (shut / "web.config").write_bytes(b"")
    os.chown(shut / "web.config", 65534, 65534)
    os.chown(mine, 65534, 65534)
    (shut / "closed.config").write_bytes(b"")
    asked = [str(mine / name) for name in names] + [str(shut / "web.config"), str(shut / "closed.config")]
    # The interpreter may lie where nobody else may look: it is loaded before the user changes.
    done = subprocess.run([sys.executable, "-c", _AS_NOBODY, *asked], cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["bare.config"] == ["you may not write it", f"chmod u+w {mine / 'bare.config'}", 0, None]
    assert found["roots.config"][:2] == ["you may not write it", f"sudo chown nobody: {mine / 'roots.config'}"]
    assert found["open.config"][:2] == ["it belongs to root, and you could not let it stay so", f"sudo chown nobody: {mine / 'open.config'}"]
    assert found["group.config"][0] == "it belongs to the group root, which is not yours"
    assert found["group.config"][1].startswith("sudo chgrp ")
    assert found["web.config"][:2] == [f"you may not write in the folder {shut}", f"sudo chown nobody {shut}"]
    both = f"sudo chown nobody: {shut / 'closed.config'} && sudo chown nobody {shut}"
    assert found["closed.config"][:2] == [f"you may write neither it nor in the folder {shut}", both]


@pytest.mark.parametrize(
    ("number", "reason", "command"),
    [
        (errno.ENOSPC, "the disk is full", "df -h /etc"),
        (errno.EDQUOT, "your quota on this disk is used up", "quota -s"),
        (errno.EFBIG, "it would be larger than a file may be here", "ulimit -f unlimited"),
        (errno.EROFS, "its file system is mounted read-only", "sudo mount -o remount,rw "),
        (errno.EIO, "the disk reports an error", "dmesg | tail"),
        (errno.EACCES, os.strerror(errno.EACCES), ""),
    ],
)
def test_refusals_of_the_system_in_words(number: int, reason: str, command: str) -> None:
    found = explained(OSError(number, os.strerror(number)), Path("/etc/web.config"))
    assert found.reason == reason
    assert found.command.startswith(command)
