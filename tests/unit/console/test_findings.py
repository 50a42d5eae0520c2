"""What changes between the modes: found after each change of the files, shown with its way out, told in the alerts."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from console import findings, forms
from console.alerts import alerts
from console.feed import Feed
from console.listing import View
from console.pages.migration import PAGE
from console.places import Place
from console.session import Session
from model import migration
from model.workspace import Workspace

SAMPLE = Path(__file__).parents[3] / "sample_configs" / "migration-errors"


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.setattr(findings, "AFTER_CHANGE_S", 0.0)
    shutil.copytree(SAMPLE, tmp_path / "c")
    session = Session(Workspace.open(tmp_path / "c"))
    session.client = object()  # type: ignore[assignment]  # a service is attached; nothing is asked of it here
    session.snapshot = {"service": {"running": True}}
    return session


def shown(session: Session, place: Place) -> list[tuple[str, str, str]]:
    return [
        (row.groups["kind"][0], row.cells["code"].run.text.plain, row.cells["application"].run.text.plain)
        for row in PAGE.rows(View(session, Feed(session), place))
        if row.cells["code"].run.text.plain.startswith("500.")
    ]


async def test_what_answers_500_now_stands_apart_from_what_would(session: Session) -> None:
    assert PAGE.rows(View(session, Feed(session), Place("migration"))) == []
    await session.findings.look()
    now = shown(session, Place("migration"))
    assert [(kind, code) for kind, code, _ in now] == [("Answers 500 now", f"500.2{number}") for number in (2, 3, 4)]
    assert [alert.text for alert in alerts(session)] == ["DefaultAppPool is Integrated: 3 applications answer 500 to every request."]
    await session.apply(forms.toggle_mode("DefaultAppPool", "Integrated"))
    assert {kind for kind, _, _ in shown(session, Place("migration"))} == {"Fails in Integrated mode"}
    (alert,) = alerts(session)
    assert alert.text == "DefaultAppPool: 3 applications have settings that Integrated mode refuses."
    assert alert.ways == (("Show findings", Place("migration", detail="DefaultAppPool")),)


async def test_of_a_site_an_application_a_pool(session: Session) -> None:
    await session.findings.look()
    every = shown(session, Place("migration"))
    site = session.workspace.hierarchy.sites()[0].name
    assert shown(session, Place("migration", site, "/")) == every
    assert [code for _, code, _ in shown(session, Place("migration", site, "/handlers"))] == ["500.23"]
    assert shown(session, Place("migration", detail="defaultapppool")) == every
    assert shown(session, Place("migration", detail="another")) == []


async def test_a_change_is_drawn_before_anything_is_looked_for(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "AFTER_CHANGE_S", 60.0)
    task = asyncio.create_task(session.findings.follow())
    while not session.findings.known:
        await asyncio.sleep(0)
    monkeypatch.setattr(migration, "of_application", None)  # who looked now would fail
    await session.apply(forms.toggle_mode("DefaultAppPool", "Integrated"))
    for _ in range(100):
        await asyncio.sleep(0)
    assert not task.done()
    task.cancel()


async def test_a_fix_settles_what_it_is_of(session: Session) -> None:
    task = asyncio.create_task(session.findings.follow())
    while not session.findings.known:
        await asyncio.sleep(0)
    for code in ("500.22", "500.23", "500.24"):
        finding = next(finding for finding in session.findings.known if finding.code == code)
        assert finding.fix is not None
        before = session.findings.known
        await session.apply(finding.fix)
        while session.findings.known is before:
            await asyncio.sleep(0)
    assert not [finding for finding in session.findings.known if finding.code.startswith("500.")]
    assert alerts(session) == ()
    task.cancel()
