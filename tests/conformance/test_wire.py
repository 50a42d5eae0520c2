"""Golden raw-byte cases: cases/wire/*.raw, each script played against a real worker and against the real front.

To add one, write a text file (cases/README.md); no Python is needed. HTTPERR's reasons are looked up at the end, by the
client's port.
"""

from __future__ import annotations

import asyncio
import dataclasses
from pathlib import Path

import pytest

from hwebcore.plan import AuthorizationRule, HandlerMapping, ModuleEntry, PoolPlan, Scope, SiteLimits, StaticContent
from tests.conformance.wire_case import read, unescaped
from tests.conformance.wire_player import Player, Wrong
from tests.support.server_driver import Running, free_port, generation, get, plan, running, site, until

CASES = Path(__file__).parent / "cases" / "wire"
#: What the cases' requests meet; cases/README.md says what its paths answer.
APPLICATION = Path(__file__).parent / "wire_application.py"
LIMITS = SiteLimits(max_url_segments=32)


def pool(folder: Path) -> PoolPlan:
    """The application of the cases behind request filtering; what ends in .txt is a file, and /files/secret is nobody's to read."""
    module = f"answers_{folder.name}"
    for name in ("unread.txt", "files/secret/a.txt", "files/open/a.txt", "files/secretary.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"the content of {name}")
    (folder / f"{module}.py").write_text(APPLICATION.read_text(encoding="utf-8"), encoding="utf-8")
    made = plan(folder)
    settings = made.settings[0]
    rows = tuple(HandlerMapping(path, path, (), ("StaticFileModule",), require_access="None") for path in ("/unread.txt", "/files/*"))
    native = (("RequestFilteringModule", "modrqflt.dll"), ("StaticFileModule", "static.dll"), ("UrlAuthorizationModule", "urlauthz.dll"))
    more = tuple(ModuleEntry(name, "native", image) for name, image in native)
    settings = dataclasses.replace(
        settings, handlers=(*rows, *settings.handlers), modules=(*more, *settings.modules), authorization=(AuthorizationRule(True, users=("*",)),),
        static_content=StaticContent(mime_map=((".txt", "text/plain"),)),
    )  # fmt: skip
    denied = dataclasses.replace(settings, authorization=(AuthorizationRule(False, users=("*",)),))
    application = dataclasses.replace(made.applications[0], scopes=(Scope("/files/secret", 1), Scope("/", 0)))
    return dataclasses.replace(made, settings=(settings, denied), applications=(application,))


@pytest.mark.parametrize("held_by", ["worker", "front"])
async def test_raw_bytes(held_by: str, tmp_path: Path) -> None:
    """The worker accepts where all of an endpoint is its pool's, the front where pools share it."""
    port = free_port()
    pools = [pool(tmp_path / "wire")]
    served = site(port)
    if held_by == "front":
        pools.append(plan(tmp_path / "other", "Other", (("Site", 1, "/other"),)))
        served = site(port, paths=(("/", "Pool"), ("/other", "Other")))
    async with running(tmp_path, generation(tuple(pools), (dataclasses.replace(served, limits=LIMITS),))) as run:
        assert (await get(port, host="site.test"))[0] == 200
        await until(lambda: run.service.endpoints.all[f"127.0.0.1:{port}"].owner == ("Pool" if held_by == "worker" else ""), "the endpoint's owner")
        wrong, reasons = await play_all(port, held_by)
        assert not wrong, "\n".join(wrong)
        await logged(run, reasons)


async def play_all(port: int, held_by: str) -> tuple[list[str], dict[str, str]]:
    """What went wrong, and the HTTPERR reasons that are to be found: "client's port reason" → where a case says so."""
    wrong, reasons = [], {}
    for path in sorted(CASES.glob("*.raw")):
        for script in read(path):
            if script.only not in ("", held_by):
                continue
            player = await Player.open(port)
            try:
                await player.play(script)
            except Wrong as error:
                wrong.append(f"{path.name}:{error} [{script.title}]")
            finally:
                await player.close()
            reasons.update({f"{player.port} {reason}": f"{path.name}:{script.line}" for reason in player.reasons})
    return wrong, reasons


async def logged(run: Running, reasons: dict[str, str]) -> None:
    log = run.service.options.logs / "HTTPERR" / "httperr1.log"

    def missing() -> list[str]:
        found = {f"{words[3]} {words[12]}" for words in (line.split(" ") for line in log.read_text().splitlines()) if len(words) == 14}
        return [f"{where}: no {reason} in HTTPERR" for reason, where in reasons.items() if reason not in found]

    try:
        await until(lambda: not missing(), "every reason in HTTPERR", 5)
    except AssertionError:
        raise AssertionError("\n".join(missing())) from None


@pytest.mark.parametrize(
    "text",
    [
        "> GET\n",
        "[t]\n> GET\n",
        "[t]\n< 200 kept\n",
        "[t]\n> GET\n< 200\n",
        "[t]\n> GET\n< fine\n",
        "[t]\nGET\n",
        "[t]\n>GET\n",
        "[t]\n> x\n< colour red\n",
    ],
)
def test_a_case_that_checks_nothing_is_an_error(text: str, tmp_path: Path) -> None:
    (tmp_path / "case.raw").write_text(text)
    with pytest.raises(ValueError, match=r"case\.raw"):
        read(tmp_path / "case.raw")


def test_how_bytes_are_written() -> None:
    assert unescaped(r"a\r\n\x00\\n{ab*3}\{") == b"a\r\n\0\\nababab{"


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        ("< 404 kept", "expected 404"),
        ("< 200 closed", "is to be closed"),
        ("< 200 kept\n< body nothing like it", "nothing like it"),
        ("< 200 kept\n< header Connection: close", r"was \[\]"),
        ("< 200 kept\n< no header Content-Length", "was"),
        ("< nothing closed", "is to be closed"),
    ],
)
async def test_a_wrong_answer_is_found(answers: str, problem: str, tmp_path: Path) -> None:
    (tmp_path / "case.raw").write_text(f"[t]\n> GET / HTTP/1.1\n> Host: a\n>\n> GET /2 HTTP/1.1\n> Host: a\n>\n{answers}\n")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nGET /" * 3)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        player = await Player.open(server.sockets[0].getsockname()[1])
        with pytest.raises(Wrong, match=problem):
            await player.play(read(tmp_path / "case.raw")[0])
        await player.close()
