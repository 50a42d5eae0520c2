"""One process that the service started, a worker or the front: spawned with a channel, awaited, killed.

Knows no plan and no message. Never multiprocessing: `PYTHON -I boot.py …` with the channel's end as an inherited descriptor.
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
import signal
import socket
from dataclasses import dataclass, field
from pathlib import Path

from hwebcore.channel import Channel
from hwebcore.platform import start_time

BOOT = Path(__file__).resolve().parent.parent / "worker" / "boot.py"
_DEPENDENCIES = ("uvloop", "httptools", "cryptography", "cffi", "wsproto", "h11")


@dataclass(frozen=True, slots=True)
class Launch:
    """How to start a process. `uid` None: the service's own user."""

    role: str
    python: str
    output: int
    environment: dict[str, str] = field(default_factory=dict)
    uid: int | None = None
    gid: int | None = None
    groups: tuple[int, ...] = ()


class ChildProcess:
    """A running child; `channel` is the service's end."""

    def __init__(self, process: asyncio.subprocess.Process, channel: Channel) -> None:
        self._process = process
        self.channel = channel
        self.pid = process.pid
        self.started = start_time(process.pid)

    @classmethod
    async def spawn(cls, launch: Launch) -> ChildProcess:
        """Start the process; raises OSError where the system refuses."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        identity: dict[str, object] = {}
        if launch.uid is not None:
            identity = {"user": launch.uid, "group": launch.gid, "extra_groups": list(launch.groups)}
        try:
            process = await asyncio.create_subprocess_exec(
                launch.python, "-I", str(BOOT), launch.role, "--channel", str(theirs.fileno()), "--dependencies", dependency_folders(),
                stdin=asyncio.subprocess.DEVNULL, stdout=launch.output, stderr=launch.output, pass_fds=(theirs.fileno(),),
                start_new_session=True, cwd="/", env=launch.environment, umask=0o027, **identity,  # type: ignore[arg-type]  # of several types
            )  # fmt: skip
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        return cls(process, Channel(ours))

    async def wait(self) -> int:
        """The exit code; negative: killed by that signal."""
        return await self._process.wait()

    def kill(self) -> None:
        """Kill the process with everything in its session's group; harmless when it has ended."""
        if self._process.returncode is not None:
            return
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            try:
                self._process.kill()
            except ProcessLookupError:
                return


def dependency_folders() -> str:
    """The folders that hold the runtime's dependencies, as boot.py takes them. Looks them up without importing."""
    folders: dict[str, None] = {}
    for name in _DEPENDENCIES:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.origin is not None:
            folders[str(Path(spec.origin).parent.parent)] = None
    return os.pathsep.join(folders)


def describe_exit(code: int) -> str:
    """An exit code in words, for event 5009 and the console."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"
