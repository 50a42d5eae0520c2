"""Drives the program as a user does: `poolhouse …` in processes of its own, with folders and ports of its own.

Knows the command line only. Nothing sleeps: everything waits for its condition, and says what it saw where that never came.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from tests.support.terminal_driver import Terminal

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "sample_configs"
WAIT_S = 20.0

T = TypeVar("T")


@dataclass(frozen=True)
class Ran:
    """A command that ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Page:
    """An answer. `headers` by lower-case name."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]


def eventually(look: Callable[[], T | None], what: str, seconds: float = WAIT_S, terminal: Terminal | None = None) -> T:
    """What `look` answers as soon as it is true. A connection that cannot be made counts as not yet.

    `terminal`: of a console that runs meanwhile. It is read: a console whose terminal takes nothing more waits for it, with all keys.
    """
    end = time.monotonic() + seconds
    seen: object = None
    while time.monotonic() < end:
        if terminal is not None:
            terminal.drain()
        try:
            found = look()
            if found:
                return found
            seen = found
        except (OSError, http.client.HTTPException) as error:
            seen = error
        time.sleep(0.02)  # a pause between looks: no test counts on its length
    raise AssertionError(f"never: {what}; last seen: {seen!r}")


class Program:
    """One user's world: a copy of a sample, XDG folders, free ports in place of the sample's."""

    #: The sample's ports → the site's short name.
    PORTS: Mapping[str, Mapping[int, str]] = {
        "first-run": {17080: "integrated", 17081: "classic"},
        "migration-errors": {17082: "site"},
        "crash-loop": {17083: "site"},
        "config-error": {17084: "site"},
        "name-clash": {17086: "site"},
    }

    def __init__(
        self, folder: Path, sample: str = "first-run", command: tuple[str, ...] = (sys.executable, "-m", "console"),
        ports: Mapping[int, str] | None = None,
    ) -> None:  # fmt: skip
        """`sample` may be a folder of the test's own: `ports` says then which ports stand in its file."""
        self.folder = folder
        self.command = command
        self.config = shutil.copytree(SAMPLES / sample, folder / "configuration", ignore=shutil.ignore_patterns("__pycache__"))
        self.server_file = self.config / "applicationHost.config"
        names = ports or self.PORTS[sample]
        self.ports = dict(zip(names.values(), free_ports(len(names)), strict=True))
        self.port_options = [word for configured, name in names.items() for word in ("--port", f"{configured}={self.ports[name]}")]
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "POOLHOUSE", "NO_COLOR"))},
            **{f"XDG_{name}_HOME": str(folder / name.lower()) for name in ("STATE", "CONFIG", "DATA")},
            "PYTHONPATH": str(ROOT),
        }

    # --- commands

    def run(self, *arguments: str, timeout_s: float = 40) -> Ran:
        done = subprocess.run(
            [*self.command, *arguments], env=self.environment, cwd=self.folder, capture_output=True, text=True, timeout=timeout_s, check=False
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def poolhouse(self, command: str, *arguments: str) -> Ran:
        return self.run(command, *arguments, "--config", str(self.config))

    def appcmd(self, *arguments: str) -> Ran:
        code = "import sys; from console.__main__ import appcmd; sys.exit(appcmd())"
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments, "--config", str(self.config)],
            env=self.environment, cwd=self.folder, capture_output=True, text=True, timeout=40, check=False,
        )  # fmt: skip
        return Ran(done.returncode, done.stdout, done.stderr)

    @contextlib.contextmanager
    def serving(self) -> Iterator[dict[str, Any]]:
        """`poolhouse serve --json` until the block ends; the ready event."""
        command = [*self.command, "serve", str(self.config), "--json", *self.port_options]
        with (self.folder / "serve.err").open("wb") as errors:
            process = subprocess.Popen(command, env=self.environment, cwd=self.folder, stdout=subprocess.PIPE, stderr=errors)
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            assert line, f"serve ended: {(self.folder / 'serve.err').read_text()}"
            yield json.loads(line)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            process.stdout.close()

    @contextlib.contextmanager
    def console(self, *options: str, columns: int = 160, rows: int = 45) -> Iterator[Terminal]:
        """The console in a terminal, on this configuration; its service is stopped with it."""
        command = [*self.command, str(self.config), *self.port_options, "--start", *options]
        try:
            with Terminal(command, self.environment, str(self.folder), columns, rows) as terminal:
                yield terminal
        finally:
            self.run("stop", str(self.config))

    def status(self) -> Any:
        return self.poolhouse("status", "--json").json

    def pool(self, name: str) -> Any:
        return next(pool for pool in self.status()["pools"] if pool["name"] == name)

    # --- requests

    def url(self, path: str, site: str = "integrated") -> str:
        return f"http://127.0.0.1:{self.ports[site]}{path}"

    def get(
        self, path: str, site: str = "integrated", method: str = "GET", headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Page:
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[site], timeout=15)
        try:
            connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            return Page(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def raw(self, data: bytes, site: str = "integrated") -> bytes:
        """All that comes back for these bytes."""
        with socket.create_connection(("127.0.0.1", self.ports[site]), 10) as sock:
            sock.sendall(data)
            received = b""
            while piece := sock.recv(65536):
                received += piece
            return received

    # --- files

    def edit(self, file: Path, before: str, after: str) -> None:
        """As another program would: the whole file, written in place."""
        text = file.read_text("utf-8")
        assert before in text, f"{before!r} is not in {file}"
        file.write_text(text.replace(before, after, 1), "utf-8")

    def logs(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in (self.folder / "state").rglob("*.log")}
