"""Starting and ending children: hwebcore/service/child_process.py."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from hwebcore.channel import ChannelClosed
from hwebcore.platform import start_time
from hwebcore.service.child_process import ChildProcess, Launch, dependency_folders, describe_exit
from tests.support.server_driver import free_port, generation, get, plan, running, site


def test_an_exit_is_told_in_words() -> None:
    assert describe_exit(3) == "exit code 3"
    assert describe_exit(-signal.SIGSEGV) == "killed by SIGSEGV"
    assert describe_exit(-250) == "killed by signal 250"


def test_the_dependencies_folders_hold_them() -> None:
    folders = [Path(folder) for folder in dependency_folders().split(os.pathsep)]
    assert any((folder / "httptools").is_dir() for folder in folders)


async def test_a_child_has_its_own_group_and_its_channels_end_tells_its_death(tmp_path: Path) -> None:
    output = os.open(tmp_path / "log", os.O_WRONLY | os.O_CREAT)
    child = await ChildProcess.spawn(Launch("front", sys.executable, output, {"PATH": os.environ["PATH"]}))
    os.close(output)
    assert child.started == start_time(child.pid)
    assert os.getpgid(child.pid) == child.pid
    child.kill()
    try:
        await asyncio.wait_for(child.channel.receive(), 10)
    except ChannelClosed:
        pass
    assert await child.wait() == -signal.SIGKILL
    child.kill()  # harmless
    child.channel.close()


# rules: privilege.process
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="what a process may do is read in /proc")
async def test_workers_and_front_get_no_privileges_and_only_their_own_descriptors(tmp_path: Path) -> None:
    port = free_port()
    secret = os.open(tmp_path, os.O_RDONLY)
    os.set_inheritable(secret, True)
    async with running(tmp_path, generation((plan(tmp_path / "app"),), (site(port),))) as run:
        worker = int((await get(port))[1].split()[0])
        for pid in (worker, run.service.front.pid):
            status = dict(line.split(":\t", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":\t" in line)
            assert (status["NoNewPrivs"], status["Umask"]) == ("1", "0027")
            assert os.getsid(pid) == pid
            opened = [os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")]
            assert str(tmp_path) not in opened
            assert not [name for name in opened if name.endswith(("service.log", "/key", "/lock"))]
    os.close(secret)
