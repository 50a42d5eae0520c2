"""Story: two sites share one port of https, told apart by name, each in its own pool; a mode is toggled under a load of TLS."""

from __future__ import annotations

import asyncio
import http.client
import ssl
from dataclasses import dataclass

from tests.support.program_driver import Program, eventually, free_ports
from tests.support.traffic import Traffic

NAMES = {"integrated": "one.example", "classic": "two.example"}
MODE = '<add name="DefaultAppPool" managedPipelineMode="{}" />'
REQUIRED = '\n    <location path="Integrated"><system.webServer><security><access sslFlags="Ssl" /></security></system.webServer></location>\n'


@dataclass
class SecureTraffic(Traffic):
    """Over TLS, asking for `name`. A kept connection that closes between two answers is opened again (DESIGN.md 2), and counted."""

    trusted: ssl.SSLContext | None = None
    reopened: int = 0

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        async with asyncio.timeout(10):
            return await asyncio.open_connection("127.0.0.1", self.port, ssl=self.trusted, server_hostname=self.name)

    async def kept(self) -> None:
        while not self._stopping:
            reader, writer = await self._open()
            answered = 0
            while not self._stopping and await self._ask(reader, writer, b""):
                answered += 1
            if self.lost and answered and self.lost[-1].endswith("IncompleteReadError 0 bytes read on a total of undefined expected bytes"):
                self.lost.pop()
                self.reopened += 1
            writer.close()


def secured(program: Program, port: int) -> None:
    """Bind https beside http, by name."""
    text = program.server_file.read_text("utf-8")
    for configured, site in program.PORTS["first-run"].items():
        plain = f'<binding protocol="http" bindingInformation="127.0.0.1:{configured}:" />'
        assert plain in text
        text = text.replace(plain, f'{plain}<binding protocol="https" bindingInformation="127.0.0.1:{port}:{NAMES[site]}" sslFlags="1" />')
    program.server_file.write_text(text, "utf-8")


def trusting(program: Program) -> ssl.SSLContext:
    """What trusts the instance's own certificates and looks at names."""
    context = ssl.create_default_context()
    for path in (program.folder / "state").rglob("certificates/*.pem"):
        context.load_verify_locations(path)
    return context


def asked(port: int, name: str, path: str, context: ssl.SSLContext) -> tuple[int, bytes]:
    import socket

    with socket.create_connection(("127.0.0.1", port), 10) as sock, context.wrap_socket(sock, server_hostname=name) as wrapped:
        wrapped.sendall(f"GET {path} HTTP/1.1\r\nHost: {name}:{port}\r\nConnection: close\r\n\r\n".encode())
        answer = http.client.HTTPResponse(wrapped)  # type: ignore[arg-type]  # it asks for makefile alone
        answer.begin()
        return answer.status, answer.read()


async def test_two_names_two_pools_and_a_toggle_under_load(first_run: Program, capsys) -> None:  # type: ignore[no-untyped-def]  # pytest's own fixture
    [port] = free_ports(1)
    secured(first_run, port)
    with first_run.serving() as ready:
        assert f"127.0.0.1:{port}" in ready["endpoints"]
        said = first_run.poolhouse("status")
        assert f"poolhouse certificate new --bind {NAMES['integrated']}:{port}" in said.out
        for name in NAMES.values():
            done = first_run.poolhouse("certificate", "new", "--bind", f"{name}:{port}", "--json")
            assert done.json["service"] is True
        context = trusting(first_run)
        for name in NAMES.values():
            assert asked(port, name, "/hello", context) == (200, b"Hello")
        assert "no-certificate" not in first_run.poolhouse("status").out

        loads = [SecureTraffic(port, name=name, trusted=context) for name in NAMES.values()]
        async with asyncio.TaskGroup() as group:
            for load in loads:
                for _ in range(4):
                    group.create_task(load.kept())
                for _ in range(2):
                    group.create_task(load.fresh())
            mode = "Integrated"
            for _ in range(2):
                for load in loads:
                    await load.more(40)
                other = "Classic" if mode == "Integrated" else "Integrated"
                first_run.edit(first_run.server_file, MODE.format(mode), MODE.format(other))
                await asyncio.to_thread(eventually, lambda other=other: first_run.pool("DefaultAppPool")["mode"] == other, f"{other} serves")
                mode = other
            for load in loads:
                load._stopping = True
        with capsys.disabled():
            print(f"\n  {[(load.answered, load.reopened, round(load.slowest_s, 2)) for load in loads]} (answered, reopened, slowest s)", end=" ")
        assert [load.lost for load in loads] == [[], []]
        assert all(load.statuses.keys() == {200} for load in loads)
        assert loads[1].reopened == 0  # nobody recycled that pool


def test_https_is_traced_and_can_be_required(first_run: Program) -> None:
    [port] = free_ports(1)
    secured(first_run, port)
    first_run.edit(first_run.server_file, "</configuration>", f"{REQUIRED}</configuration>")
    assert first_run.poolhouse("certificate", "new", "--bind", f"{NAMES['integrated']}:{port}").code == 0
    with first_run.serving():
        assert first_run.get("/hello").status == 403
        assert asked(port, NAMES["integrated"], "/hello", trusting(first_run)) == (200, b"Hello")
        traced = first_run.poolhouse("trace", f"https://{NAMES['integrated']}:{port}/hello", "--json").json
        assert traced["response"]["status"] == 200
        refused = first_run.poolhouse("trace", first_run.url("/hello"), "--json").json
        assert (refused["response"]["status"], refused["response"]["substatus"]) == (403, 4)
        [event] = [event for event in refused["events"] if event["status"] == 403]
        assert (event["module"], event["notification"], event["source"]["file"].endswith("applicationHost.config")) == (
            "IIS Web Core",
            "BEGIN_REQUEST",
            True,
        )
