"""Golden cases of the runtime: cases/*/*.http, each run over a real connection through the whole native pipeline.

To add one, write a text file (cases/README.md); no Python is needed.
"""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

import pytest

from hwebcore.accounts import Accounts
from hwebcore.compressed_copies import CompressedCopies
from hwebcore.plan import ScopeSettings, from_json
from hwebcore.request_log import RequestLog
from hwebcore.traces import Trace
from tests.conformance.runtime_case import Asked, Case, read
from tests.support.account_record import record
from tests.support.pipeline_driver import PipelineDriver, Wired

CASES = Path(__file__).parent / "cases"
#: The write time of every file of a case; its ETag is "0fe0b831cad71:0" (rt 10.1).
WRITTEN = 1635229292
DEFAULTS = json.loads((CASES / "defaults.json").read_text())


def scope(settings: dict[str, object]) -> ScopeSettings:
    """The case's settings over those of a stock server; a section that the case names replaces the stock one."""
    return from_json(ScopeSettings, json.dumps(DEFAULTS | settings))


def lay_out(root: Path, files: list[tuple[str, str]]) -> None:
    """`name: text`, `folder/`, `link -> target`, `name | mkfifo`."""
    for name, text in files:
        link, _, target = name.partition(" -> ")
        path = root / link.removesuffix(" | mkfifo")
        if name.endswith("/"):
            path.mkdir(parents=True, exist_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        if target:
            path.symlink_to(target)
        elif name.endswith(" | mkfifo"):
            os.mkfifo(path)
        else:
            path.write_text(text.replace("{root}", str(root)), encoding="utf-8")
            os.utime(path, (WRITTEN, WRITTEN))


@pytest.mark.parametrize("path", sorted(CASES.glob("*/*.http")), ids=lambda path: f"{path.parent.name}/{path.stem}")
async def test_case(path: Path, tmp_path: Path) -> None:
    case = read(path)
    root = tmp_path / "root"
    root.mkdir()
    lay_out(root, case.files)
    settings = json.loads(json.dumps(case.settings).replace("{root}", str(root)))
    driver = PipelineDriver(scope(settings), mode=case.mode, root=str(root))
    fields = ("Method", "UriStem", "UriQuery", "UserName", "HttpStatus", "HttpSubStatus", *(("Win32Status",) if "win32" in case.source else ()))
    log = RequestLog(fields)
    driver.host.site_log = log.record
    if case.account:
        driver.host.accounts = Accounts([record(*case.account.split(":", 1))])
    copies = _copies(driver, tmp_path) if settings.get("static_compression") else None
    wrong: list[str] = []
    try:
        for asked in case.requests:
            wrong += await unmet(driver, case, asked, log, str(root))
            while copies is not None and copies.busy:  # the next request meets what this one began
                await asyncio.sleep(0.001)
    finally:
        driver.close()
        if copies is not None:
            copies.close()
    assert not wrong, "\n".join(wrong)


def _copies(driver: PipelineDriver, folder: Path) -> CompressedCopies:
    (folder / "copies").mkdir()
    driver.host.copies = CompressedCopies(os.open(folder / "copies", os.O_RDONLY | os.O_DIRECTORY), [])
    return driver.host.copies


async def unmet(driver: PipelineDriver, case: Case, asked: Asked, log: RequestLog, root: str) -> list[str]:
    """What one request was expected to bring and did not."""
    headers = "".join(f"{name}: {value}\r\n" for name, value in asked.headers)
    host = "" if any(name.lower() == "host" for name, _ in asked.headers) else "Host: site.test:8080\r\n"
    async with Wired(driver.host) as wired:
        wired.connection.client = (case.client, 50000)
        wired.send(f"{asked.method} {asked.target} HTTP/1.1\r\n{host}{headers}\r\n".encode())
        status, answered, body = await wired.response(head_only=asked.method == "HEAD")
        wired.send(b"")
    traces = [trace for trace in driver.recording.traces() if not trace.parent]
    trace = traces[0] if traces else None
    where = f"{case.path.name}:{asked.line}: {asked.method} {asked.target}"
    given = "".join(log.writer.take())
    checked = [(kind, wanted, check(kind, wanted.replace("{root}", root), status, answered, body, trace, given)) for kind, wanted in asked.expected]
    return [f"{where}\n  {kind}: {wanted}\n  {problem}" for kind, wanted, problem in checked if problem]


def check(kind: str, wanted: str, status: int, headers: dict[str, str], body: bytes, trace: Trace | None, log: str) -> str:
    """What is wrong with one expectation, "" where nothing is."""
    name, _, value = wanted.partition(":")
    found = headers.get(name.strip().lower())
    text = body.decode("utf-8", "replace")
    if kind == "status":
        seen = f"{status}.{trace.substatus}" if trace is not None and "." in wanted else str(status)
        return "" if seen == wanted else f"was {seen}"
    if kind == "header":
        return "" if found == value.strip() else f"was {found!r}"
    if kind == "no header":
        return "" if headers.get(wanted.lower()) is None else f"was {headers[wanted.lower()]!r}"
    if kind == "body":
        return "" if text == wanted.replace("\\n", "\n") else f"was {text[:400]!r}"
    if kind in ("body has", "body has not"):
        return "" if (wanted in text) is (kind == "body has") else f"body: {text[:2000]!r}"
    if kind == "log":
        return "" if log == (wanted + "\n" if wanted else "") else f"was {log!r}"
    return "no trace" if trace is None else check_trace(kind, wanted, trace)


def check_trace(kind: str, wanted: str, trace: Trace) -> str:
    deciding = [event for event in trace.events if event.reason is not None]
    if kind == "reason":
        return "" if any(event.reason == wanted for event in deciding) else f"reasons were {[event.reason for event in deciding]}"
    if kind == "source":
        sources = [f"{event.source[0]}:{event.source[1]}" for event in trace.events if event.source is not None]
        return "" if wanted in sources else f"sources were {sources}"
    if kind == "user":
        return "" if (trace.user if trace.user else "anonymous" if trace.user == "" else "none") == wanted else f"was {trace.user!r}"
    if kind == "set by":
        return "" if trace.set_by is not None and wanted == f"{trace.set_by[2]} {trace.set_by[1]}" else f"was {trace.set_by}"
    ran = any(wanted == f"{event.notification} {event.module}" for event in trace.events)
    return "" if ran is (kind == "ran") else f"ran: {[f'{event.notification} {event.module}' for event in trace.events]}"


def test_every_module_and_handler_of_the_registers_has_cases() -> None:
    from hwebcore.handlers import HANDLERS
    from hwebcore.modules import NATIVE

    ours = {entry.partition(":")[0] for entry in (*NATIVE.values(), *HANDLERS.values())} - {"managed", "isapi"}
    missing = sorted(noun for noun in ours if not any((CASES / noun).glob("*.http")))
    assert not missing, f"without a case: {', '.join(missing)}"


@pytest.mark.parametrize(
    "text", ["", "[requests]\nGET /\n-> 200\n", "# rt 10\n[requests]\nGET /\n", "# rt 10\n[requests]\nGET /\n-> 200\n  colour: red\n"]
)
def test_a_case_that_checks_nothing_is_an_error(text: str, tmp_path: Path) -> None:
    (tmp_path / "case.http").write_text(text)
    with pytest.raises(ValueError, match=r"case\.http"):
        read(tmp_path / "case.http")
