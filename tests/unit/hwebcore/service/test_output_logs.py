"""What processes print stays below its limit, and no line is lost: hwebcore/service/output_logs.py, on real files and a real worker."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from hwebcore.service import logs
from hwebcore.service.logs import ServiceLog, empty_former, former, front_log_path, open_log, pool_log_path
from hwebcore.service.output_logs import OutputLogs
from tests.support.server_driver import free_port, generation, get, plan, running, site, until

PRINTS = """
import os, subprocess, sys
CHILD = None

def app(environ, start_response):
    global CHILD
    path = environ["PATH_INFO"]
    if path == "/child":
        CHILD = subprocess.Popen(["cat"], stdin=subprocess.PIPE)
    elif path == "/child/says":
        CHILD.communicate(b"the child goes on\\n")
    else:
        print("printed", path)
        os.write(2, b"raw " + path.encode() + b"\\n")
    start_response("200 OK", [("Content-Length", "0")])
    return []
"""


class Process:
    """One that may be told: what it was given is kept open."""

    def __init__(self, pid: int = 1) -> None:
        self.output_pid = pid
        self.given: list[int] = []

    def send_output(self, fd: int) -> None:
        self.given.append(os.dup(fd))


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "OUTPUT_BYTES", 1000)
    monkeypatch.setattr(logs, "FORMER_BYTES", 4000)


def test_a_full_file_becomes_the_former_one_and_its_writers_hear_of_the_next(tmp_path: Path) -> None:
    path, told = tmp_path / "P.log", list[str]()
    outputs, processes = OutputLogs(told.append), [Process(), Process()]
    former(path).write_text("older\n")
    path.write_text("x" * 999)
    outputs.roll({path: processes})
    assert not processes[0].given
    path.write_text("x" * 1000)
    outputs.roll({path: [*processes, Process(pid=0)]})  # one is being spawned with the old file: it could not be told
    assert not processes[0].given
    outputs.roll({path: processes})
    assert former(path).read_text() == "x" * 1000
    for process in processes:
        os.write(process.given[0], b"next\n")
        os.close(process.given[0])
    assert path.read_text() == "next\nnext\n"
    assert not told


def test_what_is_no_file_of_ours_is_left_and_what_cannot_be_is_told_once(tmp_path: Path) -> None:
    target, told = tmp_path / "target", list[str]()
    target.write_text("y" * 5000)
    (tmp_path / "link.log").symlink_to(target)
    os.mkfifo(tmp_path / "fifo.log")
    (tmp_path / "P.log").write_text("x" * 1000)
    former(tmp_path / "P.log").mkdir()
    outputs = OutputLogs(told.append)
    for _ in range(2):
        outputs.roll({tmp_path / name: [] for name in ("link.log", "fifo.log", "P.log")})
    assert target.read_text() == "y" * 5000
    assert [text.partition(": ")[0] for text in told] == [f"{tmp_path / 'P.log'} cannot be begun anew"]
    former(tmp_path / "P.log").rmdir()
    former(tmp_path / "P.log").symlink_to(target)  # its name is taken, and what it points to is not touched
    outputs.roll({tmp_path / "P.log": []})
    assert not former(tmp_path / "P.log").is_symlink()
    assert target.stat().st_size == 5000


def test_who_goes_on_in_the_former_file_does_not_fill_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "P.log"
    empty_former(path)
    former(path).write_text("x" * 3999)
    empty_former(path)
    assert former(path).stat().st_size == 3999
    former(path).write_text("x" * 4000)
    os.link(former(path), tmp_path / "precious")
    empty_former(path)
    assert former(path).stat().st_size == 4000
    (tmp_path / "precious").unlink()
    empty_former(path)
    assert former(path).stat().st_size == 0


def test_the_services_own_log_takes_its_standard_output_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = ServiceLog(tmp_path / "service.log")
    kept = os.dup(2)
    try:
        with log.path.open("ab") as output:
            os.dup2(output.fileno(), 2)
        log.write("x" * 1000)
        log.write("next")
        os.write(2, b"a traceback\n")
    finally:
        os.dup2(kept, 2)
        os.close(kept)
    log.close()
    assert former(log.path).read_text().endswith("x\n")
    assert [line.split()[-1] for line in log.path.read_text().splitlines()] == ["next", "traceback"]


async def test_a_worker_and_the_front_print_on_in_the_new_file(tmp_path: Path) -> None:
    root, port = tmp_path / "app", free_port()
    root.mkdir()
    (root / "answers_app.py").write_text(PRINTS)
    async with running(tmp_path, generation((plan(root),), (site(port),))) as run:
        folder = run.service.options.logs
        path, front = pool_log_path(folder, "Pool"), front_log_path(folder)
        await get(port, "/first")
        await get(port, "/child")
        for log in (path, front):
            descriptor = open_log(log)
            os.write(descriptor, b"x" * 1000 + b"\n")
            os.close(descriptor)
        await run.service._look_round()
        assert former(path).exists()
        assert former(front).exists()
        worker = run.service.pools["Pool"].live[0]
        for process in (worker.pid, run.service.front.pid):
            await until(lambda process=process: _output(process) == {str(path if process == worker.pid else front)}, "the new file")
        await get(port, "/second")
        await get(port, "/child/says")
        assert [line.split()[-1] for line in path.read_text().splitlines()] == ["/second", "/second"]
        assert [line.split()[-1] for line in former(path).read_text().splitlines() if line[0] != "x"] == ["/first", "/first", "on"]
        path.unlink()  # somebody cleared up
        await run.service._look_round()
        await until(lambda: _output(worker.pid) == {str(path)}, "a file for one that was deleted")
        os.kill(worker.pid, signal.SIGKILL)


def _output(pid: int) -> set[str]:
    """What a process's 1 and 2 are."""
    return {os.readlink(f"/proc/{pid}/fd/{output}") for output in (1, 2)}
