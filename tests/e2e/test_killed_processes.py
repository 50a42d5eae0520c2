"""Story: worker processes die. Their pools serve again; after the fifth time one stops, and the others never notice."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable

from tests.support.program_driver import Program, eventually


def test_a_killed_worker_is_replaced_and_the_request_in_it_is_named(first_run: Program) -> None:
    with first_run.serving():
        first_run.get("/hello")
        worker = first_run.pool("DefaultAppPool")["workers"][0]["pid"]
        with socket.create_connection(("127.0.0.1", first_run.ports["integrated"]), 10) as sock:
            sock.sendall(b"GET /clock?ticks=200 HTTP/1.1\r\nHost: x\r\n\r\n")
            assert sock.recv(100).startswith(b"HTTP/1.1 200")
            os.kill(worker, signal.SIGKILL)
            began = time.monotonic()
            eventually(lambda: first_run.get("/hello").status == 200, "the pool serves again")
            print(f"served {time.monotonic() - began:.2f} s after kill -9")
        failure = eventually(lambda: first_run.pool("DefaultAppPool")["last_failure"], "the failure is told")
        assert failure["pid"] == worker
        assert failure["requests"] == ["GET /clock?ticks=200"]
        assert "in it: GET /clock?ticks=200" in first_run.poolhouse("status").out


def test_the_fifth_crash_stops_the_pool_and_no_other(program: Callable[[str], Program]) -> None:
    sample = program("crash-loop")
    with sample.serving():
        for number in range(5):
            eventually(lambda: sample.get("/fragile/", "site").status == 200, f"the pool serves before crash {number + 1}")
            try:
                sample.get("/fragile/crash", "site")
            except OSError:
                pass
        eventually(lambda: sample.get("/fragile/", "site").status == 503, "the pool is stopped")
        assert sample.get("/", "site").status == 200
        pool = sample.pool("Fragile")
        assert pool["state"] in ("Stopped", "Failed")
        assert pool["failures"] == 5
        assert sample.appcmd("start", "apppool", "Fragile").code == 0
        eventually(lambda: sample.get("/fragile/", "site").status == 200, "started again, it serves")


def test_a_killed_service_is_replaced_and_leaves_nobody(first_run: Program) -> None:
    with first_run.serving() as ready:
        first_run.get("/hello")
        workers = [worker["pid"] for pool in first_run.status()["pools"] for worker in pool["workers"]]
        os.kill(ready["pid"], signal.SIGKILL)
        eventually(lambda: not any(alive(pid) for pid in workers), "its workers end")
    with first_run.serving():
        assert first_run.get("/hello").status == 200


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rpartition(")")[2].split()[0] != "Z"
