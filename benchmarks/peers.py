"""The servers that Poolhouse is measured beside: each one process (or one worker), its access log off, else as its makers recommend.

Knows command lines alone. They run from .venv-bench (benchmarks/peers.lock); nginx is the system's. What is not there is named.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from our_server import HELLO_CALLABLES, ROOT, free_ports, write_files

BIN = ROOT / ".venv-bench" / "bin"
_STATIC_APP = """
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

app = Starlette(routes=[Mount("/", StaticFiles(directory="static"))])
"""
_NGINX = """
daemon off;
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx-error.log;
events {{ worker_connections 20000; }}
http {{
    types {{ text/plain txt; }}
    default_type application/octet-stream;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000000;
    access_log {folder}/nginx-access.log combined buffer=64k flush=1s;
    client_body_temp_path {folder}/nginx-body;
    proxy_temp_path {folder}/nginx-proxy;
    fastcgi_temp_path {folder}/nginx-fastcgi;
    uwsgi_temp_path {folder}/nginx-uwsgi;
    scgi_temp_path {folder}/nginx-scgi;
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        root {folder}/static;
        location = /hello {{ default_type text/plain; return 200 "Hello"; }}
    }}
}}
"""
UVICORN = ["--host", "127.0.0.1", "--no-access-log", "--log-level", "warning", "--loop", "uvloop", "--http", "httptools", "--port"]


@dataclass(frozen=True)
class Peer:
    """`version` as its package or program says; `command` is given a folder and a port."""

    name: str
    package: str
    command: Callable[[Path, int], list[str]]


@dataclass(frozen=True)
class RunningPeer:
    name: str
    pid: int
    port: int

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


def _nginx(folder: Path, port: int) -> list[str]:
    user = "user root;" if os.getuid() == 0 else ""
    (folder / "nginx.conf").write_text(_NGINX.format(folder=folder, port=port, user=user), "utf-8")
    return [str(shutil.which("nginx")), "-c", str(folder / "nginx.conf"), "-e", str(folder / "nginx-error.log")]


def _granian(interface: str, target: str) -> Callable[[Path, int], list[str]]:
    options = ["--host", "127.0.0.1", "--workers", "1", "--no-ws", "--log-level", "error", "--interface", interface]
    return lambda folder, port: [str(BIN / "granian"), *options, "--port", str(port), target]


PEERS = (
    Peer("uvicorn", "uvicorn", lambda folder, port: [str(BIN / "uvicorn"), *UVICORN, str(port), "hello_callables:asgi_hello"]),
    Peer("granian ASGI", "granian", _granian("asgi", "hello_callables:asgi_hello")),
    Peer("granian WSGI", "granian", _granian("wsgi", "hello_callables:wsgi_hello")),
    Peer(
        "gunicorn gthread", "gunicorn",
        lambda folder, port: [
            str(BIN / "gunicorn"), "--worker-class", "gthread", "--workers", "1", "--threads", "16", "--log-level", "error",
            "--bind", f"127.0.0.1:{port}", "hello_callables:wsgi_hello",
        ],
    ),
    Peer(
        "hypercorn", "hypercorn",
        lambda folder, port: [
            str(BIN / "hypercorn"), "--worker-class", "uvloop", "--workers", "1", "--log-level", "ERROR",
            "--bind", f"127.0.0.1:{port}", "hello_callables:asgi_hello",
        ],
    ),
    Peer("Starlette StaticFiles", "starlette", lambda folder, port: [str(BIN / "uvicorn"), *UVICORN, str(port), "static_app:app"]),
    Peer("nginx", "", _nginx),
)  # fmt: skip


def absent() -> dict[str, str]:
    """Name of each peer that cannot run here → why."""
    missing = {peer.name: "not installed (.venv-bench, see make bench)" for peer in PEERS if peer.package and not (BIN / "python").exists()}
    return missing | ({} if shutil.which("nginx") else {"nginx": "no nginx on this system's PATH"})


def versions() -> dict[str, str]:
    """Package → version, of those that are there."""
    found = {}
    if (BIN / "python").exists():
        names = sorted({peer.package for peer in PEERS if peer.package} | {"uvloop", "httptools"})
        code = f"import importlib.metadata as m; print(*(f'{{n}} {{m.version(n)}}' for n in {names!r}), sep='\\n')"
        lines = subprocess.run([str(BIN / "python"), "-c", code], capture_output=True, text=True, check=True).stdout.splitlines()
        found = dict(line.split(" ", 1) for line in lines)
    if shutil.which("nginx"):
        told = subprocess.run(["nginx", "-v"], capture_output=True, text=True, check=True).stderr
        found["nginx"] = told.rpartition("/")[2].strip()
    return found


@contextlib.contextmanager
def peers(folder: Path) -> Iterator[dict[str, RunningPeer]]:
    """All that can run, until the block ends."""
    (folder / "hello_callables.py").write_text(HELLO_CALLABLES, "utf-8")
    (folder / "static_app.py").write_text(_STATIC_APP, "utf-8")
    write_files(folder / "static")
    missing = absent()
    running: dict[str, RunningPeer] = {}
    children = []
    try:
        for peer, port in zip(PEERS, free_ports(len(PEERS)), strict=True):
            if peer.name in missing:
                continue
            log = (folder / f"{peer.name.replace(' ', '-')}.log").open("wb")
            with log:
                child = subprocess.Popen(peer.command(folder, port), cwd=folder, stdout=log, stderr=log)
            children.append(child)
            running[peer.name] = RunningPeer(peer.name, child.pid, port)
        yield running
    finally:
        for child in children:
            child.terminate()
        for child in children:
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
