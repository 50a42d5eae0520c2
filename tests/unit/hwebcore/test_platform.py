"""What differs by system: folders, memory files, peers, processes. hwebcore/platform.py."""

from __future__ import annotations

import os
import resource
import socket
import stat
import subprocess
from pathlib import Path

import pytest

from hwebcore import platform


# rules: control.folder
def test_an_instance_has_private_folders_below_xdg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    assert not platform.has_instance(tmp_path / "applicationHost.config")
    folders = platform.instance_folders(tmp_path / "applicationHost.config")
    assert platform.has_instance(tmp_path / "applicationHost.config")
    assert folders == platform.instance_folders(tmp_path / "." / "applicationHost.config")
    assert folders.state.parent == tmp_path / "state" / "poolhouse"
    assert all(stat.S_IMODE(folder.stat().st_mode) == 0o700 for folder in (folders.state, folders.logs, folders.settings))


def test_a_control_path_stays_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/1")
    assert platform.control_path(Path("/short")) == Path("/short/control")
    long = platform.control_path(tmp_path / ("x" * 120))
    assert long.is_relative_to("/run/user/1/poolhouse")
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/" + "y" * 200)
    assert len(os.fsencode(platform.control_path(tmp_path / ("x" * 120)))) < 100


# rules: control.folder
def test_somebody_elses_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(PermissionError):
        platform.private_folder(tmp_path / "link")
    monkeypatch.setattr(os, "getuid", lambda: 12345)
    with pytest.raises(PermissionError):
        platform.private_folder(tmp_path)


def test_a_memory_file_cannot_be_cut_and_its_readers_cannot_write() -> None:
    fd = platform.memory_file("test", 4096)
    reader = platform.read_only(fd)
    os.pwrite(fd, b"abc", 0)
    assert os.pread(reader, 3, 0) == b"abc"
    with pytest.raises(OSError, match="permitted"):
        os.ftruncate(fd, 0)
    with pytest.raises(OSError, match=r"Bad file descriptor|denied"):
        os.write(reader, b"x")
    os.close(fd)
    os.close(reader)


def test_memory_text_comes_back_and_too_much_is_refused() -> None:
    assert platform.read_memory(platform.memory_text("test", b"plan")) == b"plan"
    with pytest.raises(ValueError, match="too many"):
        platform.read_memory(platform.memory_text("test", b"plan"), most=3)


# rules: control.peer
def test_only_own_user_and_root_may_control(monkeypatch: pytest.MonkeyPatch) -> None:
    left, right = socket.socketpair()
    assert platform.peer_uid(left) == os.getuid()
    assert platform.may_control(left)
    monkeypatch.setattr(platform, "peer_uid", lambda sock: 4242)
    assert not platform.may_control(left)
    left.close()
    right.close()


def test_a_process_is_known_by_pid_and_start_time() -> None:
    process = subprocess.Popen(["sleep", "30"])
    started = platform.start_time(process.pid)
    assert started
    assert platform.start_time(process.pid) == started
    assert platform.memory_kb(process.pid)[1] > 0
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert platform.start_time(process.pid) == ""  # a zombie has ended
    process.wait()
    assert platform.memory_kb(process.pid) == (0, 0)


def test_descriptors_are_allowed_as_far_as_the_system_does() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 512), hard))
    try:
        platform.allow_descriptors()
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] >= min(hard, 65_536)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_what_a_socket_may_hold_is_what_the_system_says() -> None:
    asked, _ = platform.send_buffer_limits()
    if not asked:
        pytest.skip("a namespace of its own, which does not tell")
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 30)
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) == 2 * asked
