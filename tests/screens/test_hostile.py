"""Markup, escapes and bidirectional controls in every text that comes from outside: shown visibly, nothing raw, no crash, on every page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from console.compare import compare
from console.feed import Compared, Entry, RingInfo
from console.places import Place
from hwebcore.detail_ring import Detail
from hwebcore.records import NO_PARENT, RingReader, RingWriter, flights_bytes, ring_bytes, told
from tests.support import hostile
from tests.support.console_driver import ConsoleDriver, console
from tests.support.finished_request import FinishedRequest
from tests.support.pipeline_driver import memory_file
from tests.unit.console.test_compare import DENIED, FILTERING, trace

#: Records and paths hold no zero byte and are UTF-8; file names that are not are tests/e2e/test_hostile_text.py's.
OTHERS = " ".join(text for name, text in hostile.STRINGS.items() if name not in ("no-utf-8", "nul-and-delete", "not-characters"))
HOSTILE = "[/]\x1b[2J[@click=app.quit]\u202ex\x9b0m\u200b" + OTHERS
VISIBLE = "[/]␛[2J[@click=app.quit]⟨U+202E⟩"
#: XML 1.0 cannot hold ESC or C1 as text; the rest it can.
IN_XML = "[/][@click=app.quit]&#x202e;x&#x200b;"
XML_VISIBLE = "(click-app.quit)⟨U+202E⟩"
#: What IIS lets stand in the name of a pool, and of a site.
NAME_IN_XML = "(click-app.quit)&#x202e;x&#x200b;"

CONFIG = f"""<?xml version="1.0"?>
<configuration>
  <system.applicationHost>
    <applicationPools><add name="{NAME_IN_XML}" managedRuntimeVersion="v4.0" /></applicationPools>
    <sites>
      <site name="Evil{NAME_IN_XML}" id="1">
        <application path="/" applicationPool="{NAME_IN_XML}"><virtualDirectory path="/" physicalPath="/tmp/{IN_XML}" /></application>
        <application path="/{IN_XML}" applicationPool="{NAME_IN_XML}"><virtualDirectory path="/" physicalPath="/tmp/{IN_XML}" /></application>
        <bindings><binding protocol="http" bindingInformation="127.0.0.1:18080:{IN_XML}" /></bindings>
      </site>
    </sites>
  </system.applicationHost>
  <system.webServer>
    <globalModules><add name="M{IN_XML}" image="x{IN_XML}.dll" /></globalModules>
    <modules><add name="M{IN_XML}" /><add name="T{IN_XML}" type="{IN_XML}" /></modules>
    <handlers><add name="H{IN_XML}" path="{IN_XML}" verb="*" modules="M{IN_XML}" /></handlers>
  </system.webServer>
</configuration>
"""
SITE = "Evil(click-app.quit)\u202ex\u200b"

SNAPSHOT = {
    "service": {"pid": 1, "running": True},
    "generation": {"number": 1, "digests": {}, "problems": [{"severity": "error", "code": HOSTILE, "message": HOSTILE, "source": None}],
                   "refused": None},
    "pools": [{"name": SITE[4:], "state": "Stopped", "reason": HOSTILE, "identity": HOSTILE, "workers": [], "log": "/nowhere",
               "last_failure": {"at": 1.0, "pid": 1, "kind": "exit", "text": HOSTILE, "requests": [HOSTILE]}}],
    "sites": [{"name": SITE, "state": "Started", "problem": HOSTILE, "urls": [f"http://127.0.0.1/{HOSTILE}"]}],
    "rings": [],
}  # fmt: skip


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "applicationHost.config"
    path.write_text(CONFIG, "utf-8")
    return path


def assert_safe(driver: ConsoleDriver) -> None:
    raw = hostile.unseen(driver.text)
    assert raw == []


def hostile_entry() -> Entry:
    encoded = HOSTILE.encode()
    same = told(NO_PARENT, 0, 0, 1, b"GET", encoded, encoded, encoded, b"", b"/" + encoded)
    fds = [memory_file(ring_bytes(64)), memory_file(flights_bytes(4)), memory_file(4096)]
    RingWriter(fds[0], 1).write(0, FinishedRequest(1, b"", [], 0.0, 0.001, 1.0), same)
    reader = RingReader(*fds)
    record = reader.take()[0]
    reader.close()
    names = SimpleNamespace(get=lambda kind, index: {})
    return Entry(1, RingInfo("r", HOSTILE, 1, "Integrated", False), record, names, HOSTILE, HOSTILE)  # type: ignore[arg-type]  # as much of it as is asked


@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_every_page(config: Path, size: tuple[int, int]) -> None:
    async with console(config, size, Place("pools"), snapshot=SNAPSHOT) as driver:
        places = [
            Place("server"), Place("pools"), Place("sites"), Place("site", SITE), Place("application", SITE, "/[/][@click=app.quit]\u202ex\u200b"), Place("modules"),
            Place("modules", SITE, "/"), Place("handlers"), Place("problems"), Place("log", detail=HOSTILE), Place("source", detail=str(config)),
            Place("source", detail=HOSTILE), Place("live", detail=HOSTILE),
        ]  # fmt: skip
        for place in places:
            await driver.open(place)
            assert_safe(driver)
        await driver.open(Place("pools"))
        assert XML_VISIBLE in driver.text


async def test_a_request_of_nothing_but_escapes(config: Path) -> None:
    async with console(config, (160, 45), Place("live"), snapshot=SNAPSHOT) as driver:
        entry = hostile_entry()
        driver.app.feed._add([(0.0, entry)])
        for callback in driver.app.feed.arrived:
            callback()
        await driver.until("/[/]␛[2J")
        assert_safe(driver)
        evil_head = f"X: {HOSTILE}\r\n{HOSTILE}: y\r\nContent-Type: text/plain; {HOSTILE}\r\n\r\n".encode()
        body = HOSTILE.encode()
        taken = Detail(1, 0, HOSTILE, 1, b"GET /" + body + b" H\r\n" + evil_head, body, len(body), body + b"\r\n" + evil_head, body, len(body))
        driver.session.captures.keep(entry.key, taken)
        driver.frame.page._details_arrived()  # type: ignore[attr-defined]  # the page or widget in sight has it
        await driver.until("X: [/]␛[2J")
        assert_safe(driver)
        await driver.press("enter", "end")
        await driver.until(f"  {VISIBLE}")
        assert_safe(driver)
        evil = replace(DENIED, reason=HOSTILE, module=HOSTILE, source=(HOSTILE, 1, 1, HOSTILE), user=HOSTILE)
        integrated, classic = trace("Integrated", FILTERING, evil, status=302, url=HOSTILE, pool=HOSTILE), trace("Classic", FILTERING, url=HOSTILE)
        driver.app.feed.keep_compared(Compared(entry, integrated, classic, compare(integrated, classic)))
        await driver.open(Place("compare", detail="1"))
        await driver.until("[/]␛[2J")
        assert_safe(driver)


async def test_messages_dialogs_and_the_palette(config: Path) -> None:
    async with console(config, (120, 40), Place("pools"), snapshot=SNAPSHOT) as driver:
        driver.frame.say(HOSTILE)
        await driver.until(VISIBLE)
        assert_safe(driver)
        for key, expected in (
            ("f2", "New name:"),
            ("b", "Managed pipeline mode:"),
            ("delete", "Remove Application Pool"),
            ("ctrl+p", "An action, a site"),
        ):
            await driver.press(key)
            await driver.until(expected)
            assert_safe(driver)
            await driver.press("escape")
            await driver.until_gone(expected)
