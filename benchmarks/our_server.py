"""Poolhouse as the bench runs it: the first-run sample from a copy, with WSGI and ASGI hellos beside its handler and a static site.

Knows the command line of `poolhouse serve` and the sample's text. Look next at peers.py (the others) and servers.py (the table).
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: The site of plain files; the sample's own two have 17080 and 17081.
STATIC_PORT = 17089
FILES = {"1k.txt": 1024, "100k.txt": 100 * 1024, "10m.txt": 10 * 1024 * 1024}

_POOLS = '<add name="Classic .NET AppPool" managedPipelineMode="Classic" />'
_SITES = "<siteDefaults>"
_STATIC_SITE = f"""<site name="Static" id="3" serverAutoStart="true">
                <application path="/" applicationPool="Static">
                    <virtualDirectory path="/" physicalPath="%POOLHOUSE_CONFIG%\\sites\\static" />
                </application>
                <bindings>
                    <binding protocol="http" bindingInformation="127.0.0.1:{STATIC_PORT}:" />
                </bindings>
            </site>
            """
_HANDLERS = '<add name="Hello-Integrated" path="hello" verb="*" type="hello_handler.Hello" preCondition="integratedMode" />'
_MORE_HANDLERS = """
            <add name="Wsgi" path="wsgi" verb="*" type="wsgi:hello_callables:wsgi_hello" preCondition="integratedMode" />
            <add name="Asgi" path="asgi" verb="*" type="asgi:hello_callables:asgi_hello" preCondition="integratedMode" />
            <add name="Pid" path="pid" verb="*" type="hello_callables.Pid" preCondition="integratedMode" />
            <add name="Slow" path="slow" verb="*" type="asgi:hello_callables:slow" preCondition="integratedMode" />
            <add name="Fault" path="fault" verb="*" type="wsgi:hello_callables:fault" preCondition="integratedMode" />"""
HELLO_CALLABLES = '''"""The same five bytes by both protocols; what peers serve is this file."""

import asyncio
import os
import urllib.parse


class Pid:
    """Says which worker process answers."""

    def process_request(self, context):
        context.response.content_type = "text/plain"
        context.response.write(str(os.getpid()))


def wsgi_hello(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
    return [b"Hello"]


async def asgi_hello(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain"), (b"content-length", b"5")]})
        await send({"type": "http.response.body", "body": b"Hello"})


async def slow(scope, receive, send):
    """Answers after ?N seconds."""
    if scope["type"] == "http":
        await asyncio.sleep(float(urllib.parse.unquote(scope["query_string"].decode()) or 0))
        await asgi_hello(scope, receive, send)


def fault(environ, start_response):
    raise ValueError("a fault of the application's own")
'''


@dataclass(frozen=True)
class OurServer:
    """A running service: `ports` by site (integrated, classic, static)."""

    pid: int
    control: str
    ports: dict[str, int]
    folder: Path

    def url(self, site: str, path: str) -> str:
        return f"http://127.0.0.1:{self.ports[site]}{path}"


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]


def write_files(folder: Path) -> None:
    """The static site's content."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, size in FILES.items():
        (folder / name).write_bytes((b"The quick brown fox jumps over the lazy dog. " * (size // 45 + 1))[:size])


def write_configuration(folder: Path, *, site_limits: str = "", web_limits: str = "") -> None:
    """The sample with one more pool, one more site and more handlers."""
    shutil.copytree(ROOT / "sample_configs" / "first-run", folder, ignore=shutil.ignore_patterns("__pycache__"))
    server = folder / "applicationHost.config"
    text = server.read_text("utf-8")
    text = _replaced(text, _POOLS, f'{_POOLS}\n            <add name="Static" managedPipelineMode="Integrated" />')
    text = _replaced(text, _SITES, f"{_STATIC_SITE}{_SITES}{site_limits}")
    server.write_text(_replaced(text, "<webLimits />", web_limits) if web_limits else text, "utf-8")
    application = folder / "sites" / "integrated"
    web = application / "web.config"
    web.write_text(_replaced(web.read_text("utf-8"), _HANDLERS, _HANDLERS + _MORE_HANDLERS), "utf-8")
    (application / "hello_callables.py").write_text(HELLO_CALLABLES, "utf-8")
    write_files(folder / "sites" / "static")


def _replaced(text: str, old: str, new: str) -> str:
    if old not in text:
        raise SystemExit(f"the sample no longer holds {old!r}")
    return text.replace(old, new, 1)


def allow_descriptors() -> None:
    """Let this process, and what it starts, hold as many connections as the system allows."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


@contextlib.contextmanager
def our_server(folder: Path, **limits: str) -> Iterator[OurServer]:
    """Runs until the block ends; its log is `folder`/poolhouse.log."""
    configuration = folder / "configuration"
    write_configuration(configuration, **limits)
    ports = dict(zip(("integrated", "classic", "static"), free_ports(3), strict=True))
    options = [
        word for configured, port in zip((17080, 17081, STATIC_PORT), ports.values(), strict=True) for word in ("--port", f"{configured}={port}")
    ]
    environment = {**os.environ, **{f"XDG_{name}_HOME": str(folder / name.lower()) for name in ("STATE", "CONFIG", "DATA")}}
    command = [sys.executable, "-m", "console", "serve", str(configuration), "--json", *options]
    with (folder / "poolhouse.log").open("wb") as log:
        child = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=log)
    assert child.stdout is not None
    try:
        ready = child.stdout.readline()
        if not ready:
            raise SystemExit((folder / "poolhouse.log").read_text("utf-8", "replace"))
        yield OurServer(child.pid, str(json.loads(ready)["control"]), ports, folder)
    finally:
        child.terminate()
        try:
            child.wait(30)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        child.stdout.close()
