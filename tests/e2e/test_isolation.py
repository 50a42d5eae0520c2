"""What one pool does to itself never touches another: death, a held loop, threads that never come back."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.hosted_site import PORT, Hosted, lay_out
from tests.support.program_driver import Program, eventually

CONTENT = Path(__file__).parent / "hosted"
PINGED = '<processModel pingInterval="00:00:01" pingResponseTime="00:00:01" />'
ONE_THREAD = '<environmentVariables><add name="POOLHOUSE_THREADS" value="1" /></environmentVariables>'
APPLICATIONS = {
    "/fragile": Hosted("fragile", "fragile_site:app", pool_inner=PINGED),
    "/blocked": Hosted("plain", "wsgi:plain_site:app", pool_inner=ONE_THREAD),
    "/steady": Hosted("fragile", "fragile_site:app", pool="steady"),
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    folder = tmp_path_factory.mktemp("isolation")
    program = Program(folder, str(lay_out(folder / "made", APPLICATIONS, CONTENT)), ports={PORT: "site"})
    with program.serving():
        for path in ("/fragile/", "/blocked/", "/steady/"):
            assert program.get(path, "site").status == 200
        yield program


@contextlib.contextmanager
def asked(world: Program, path: str) -> Iterator[socket.socket]:
    """A request whose answer nobody waits for."""
    with socket.create_connection(("127.0.0.1", world.ports["site"]), 10) as sock:
        sock.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        yield sock


def neighbours_serve(world: Program, worker: str) -> None:
    for _ in range(20):
        assert world.get("/steady/", "site").text == worker


@pytest.mark.parametrize("deed", ["exit", "segfault", "spin"])
def test_a_worker_that_dies_or_hangs(world: Program, deed: str) -> None:
    worker, before = (world.get(path, "site").text for path in ("/steady/", "/fragile/"))
    with asked(world, f"/fragile/{deed}") as sock:
        neighbours_serve(world, worker)
        with contextlib.suppress(ConnectionError):
            assert sock.recv(1) == b""  # what ran in it ended with it
    answer = eventually(lambda: (page := world.get("/fragile/", "site")).status == 200 and page.text, "a new worker")
    assert answer != before
    neighbours_serve(world, worker)


def test_threads_that_never_come_back(world: Program) -> None:
    worker = world.get("/steady/", "site").text
    with asked(world, "/blocked/wait"):
        eventually((world.config / "plain" / "inside").exists, "its only thread is taken")
        with asked(world, "/blocked/") as waiting:
            neighbours_serve(world, worker)
            waiting.setblocking(False)
            with pytest.raises(BlockingIOError):
                waiting.recv(1)
            (world.config / "plain" / "go").touch()
            waiting.settimeout(10)
            assert waiting.recv(12) == b"HTTP/1.1 200"
