"""User names as foreign text: signed in by forms and Basic, seen in Live Requests, in the waterfall and in the site's log, obeyed nowhere."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from console.display import show
from console.feed import RingInfo
from console.places import Place
from tests.support import hostile, hostile_users
from tests.support.console_driver import console

#: So many users' requests fit into the ring.
AT_ONCE = 12
SAMPLE = Path(__file__).parents[2] / "sample_configs" / "first-run"
RUNNING: dict[str, object] = {"service": {"pid": 1, "running": True}, "generation": {"number": 1}, "pools": [], "sites": [], "rings": []}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    shutil.copytree(SAMPLE, tmp_path / "first-run")
    return tmp_path / "first-run" / "applicationHost.config"


async def test_the_names_of_signed_in_users(config: Path, tmp_path: Path) -> None:
    users = hostile_users.signing_in(tmp_path)
    log = tmp_path / "u_ex.log"
    try:
        async with console(config, (160, 45), Place("live", detail="url:/home"), snapshot=RUNNING) as driver:
            driver.app.feed.add_reader(RingInfo("r", "DefaultAppPool", 7, "Integrated", False), users.reader())
            names = list(hostile.STRINGS.values())
            for first in range(0, len(names), AT_ONCE):
                for name in names[first : first + AT_ONCE]:
                    await users.ask(name)
                await driver.wait(lambda: driver.app.feed.seen == 2 * len(users.names), "all requests are seen")
            assert len({name for name in users.names if name}) > len(hostile.STRINGS) * 9 // 10, "they were taken for whom they said"
            await driver.until(show(users.names[-1], 8).plain[:6])
            assert not hostile.unseen(driver.text)
            for _ in range(3):
                await driver.press("up", "enter")
                await driver.until("FormsAuthentication")
                assert not hostile.unseen(driver.text)
                await driver.press("escape")
            log.write_text("#Fields: cs-method cs-uri-stem cs-username sc-status\n" + "".join(users.lines), "utf-8", errors="surrogateescape")
            assert len(log.read_bytes().split(b"\n")) == len(hostile.STRINGS) + 2, "one record a line"
            await driver.open(Place("log", detail=str(log)))
            await driver.until("/home")
            assert not hostile.unseen(driver.text)
    finally:
        await users.driver.finish()


async def test_the_names_of_accounts() -> None:
    for reason, line in await hostile_users.basic(hostile_users.NAMES.values()):
        assert not hostile.unseen(show(reason).plain), "what the trace tells"
        assert line.count("\n") == 1
        assert not hostile.unseen(show(line.rstrip("\n")).plain)
