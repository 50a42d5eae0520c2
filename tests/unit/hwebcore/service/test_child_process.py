"""Starting and ending children: hwebcore/service/child_process.py."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from hwebcore.channel import ChannelClosed
from hwebcore.platform import start_time
from hwebcore.service.child_process import ChildProcess, Launch, dependency_folders, describe_exit


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
    assert child.exited
    child.kill()  # harmless
    child.channel.close()
