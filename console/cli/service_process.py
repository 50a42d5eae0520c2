"""Starting a service as a process of its own: detached for the console, private for a `trace` without a running one.

Knows the program's own command line, no plan. What the service says goes to its log file.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

from console.cli.instance import Instance
from console.cli.output import FINDINGS, NO_SERVICE, TIMED_OUT, Ended
from console.unserved import Reason, reason_of, said_since
from hwebcore.client import Busy, Client, NoService
from hwebcore.platform import control_path

#: Run by the child: find this program wherever it is installed, whatever the current folder holds.
_BOOT = "import sys; sys.path.insert(0, sys.argv.pop(1)); from console.__main__ import main; sys.exit(main())"
START_S = 20.0
_POLL_S = 0.02


def _command(*arguments: str) -> list[str]:
    root = str(Path(__file__).resolve().parents[2])
    return [sys.executable, "-P", "-c", _BOOT, root, *arguments]


class NotStarted(Ended):
    """The service that was started here ended, or does not answer; `reason` is what it said."""

    def __init__(self, code: int, words: str, reason: Reason) -> None:
        super().__init__(code, words)
        self.reason = reason


def start_detached(instance: Instance, *, run: bool) -> tuple[subprocess.Popen[bytes], Path, int]:
    """A service that outlives this terminal, and ends with its last console unless it is told to stay. Returns it, its log and where in that
    it begins."""
    log = instance.folders.logs / "service.log"
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    command = _command("serve", str(instance.config), "--with-console", *([] if run else ["--no-run"]))
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    begin = os.fstat(descriptor).st_size
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=descriptor, stderr=descriptor, cwd="/", start_new_session=True, close_fds=True
        )
    finally:
        os.close(descriptor)
    return process, log, begin


async def attach(instance: Instance, *, run: bool) -> Client:
    """A client of the running service, or of one that is started now. Raises Ended when it does not come up."""
    try:
        return await instance.client()
    except Busy as error:
        raise Ended(NO_SERVICE, f"the service of {instance.config} runs and takes no more now\n{error}") from error
    except NoService:
        process, log, begin = start_detached(instance, run=run)
    return await _wait_for(process, instance.folders.control, log, begin)


async def _wait_for(process: subprocess.Popen[bytes], control: Path, log: Path, begin: int = 0) -> Client:
    until = time.monotonic() + START_S
    while True:
        try:
            return await Client.connect(control)
        except NoService:
            pass
        if process.poll() not in (None, 0):
            reason = reason_of(said_since(log, begin), log)
            raise NotStarted(FINDINGS, f"the service did not start; its log, {log}, ends:\n{reason.text}", reason)
        if time.monotonic() > until:
            words = f"the service has not answered within {START_S:g} s; its log is {log}"
            raise NotStarted(TIMED_OUT, words, Reason(f"It has not answered within {START_S:g} s.", log))
        await asyncio.sleep(_POLL_S)


async def _first_generation(client: Client) -> None:
    """Until there are pools to ask, or the configuration is refused."""
    async for snapshot in client.snapshots():
        if snapshot["generation"]["number"] or snapshot["generation"]["refused"]:
            return


@contextlib.asynccontextmanager
async def private_service(instance: Instance) -> AsyncIterator[Client]:
    """A service for this call alone: it binds nothing, logs into a folder of its own and ends with the call."""
    folder = Path(tempfile.mkdtemp(prefix="poolhouse-"))
    log = folder / "service.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            _command("serve", str(instance.config), "--private", str(folder)), stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/"
        )
    try:
        client = await _wait_for(process, control_path(folder), log)
        try:
            await _first_generation(client)
            yield client
        finally:
            await client.close()
    finally:
        process.terminate()
        try:
            await asyncio.to_thread(process.wait, 10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)
