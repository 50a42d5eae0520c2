"""The session: edits that save, new errors that stop, snapshots, what is saved and what is refused."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from console import forms
from console.session import Changed, NewErrors, NoService, NotWritten, Session
from model.edits import SetAttribute, Step, Where
from model.workspace import Workspace
from tests.support.held_judging import HeldJudging

SAMPLE = Path(__file__).parents[3] / "sample_configs" / "first-run"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    shutil.copytree(SAMPLE, tmp_path / "c")
    return tmp_path / "c" / "applicationHost.config"


@pytest.fixture
def session(config: Path) -> Session:
    return Session(Workspace.open(config))


def snapshot(number: int, digests: dict[str, str], refused: dict[str, object] | None = None) -> dict[str, object]:
    generation = {"number": number, "digests": digests, "state": "applied", "problems": [], "refused": refused}
    return {"service": {"running": True}, "generation": generation, "pools": [{"name": "P", "state": "Started"}], "sites": [], "rings": []}


async def test_an_edit_is_saved_and_told(session: Session, config: Path) -> None:
    told: list[Changed] = []
    session.changed.append(told.append)
    saved = await session.apply(forms.toggle_mode("DefaultAppPool", "Integrated"), "toggle")
    assert config.read_bytes().count(b'managedPipelineMode="Classic"') == 2
    assert [change.paths for change in told] == [frozenset({config})]
    assert saved.label == "toggle"
    assert await session.undo() is not None
    assert await session.redo() is not None
    assert await session.undo() is not None
    assert await session.undo() is None


async def test_new_errors_stop_unless_insisted(session: Session, config: Path) -> None:
    edit = SetAttribute(Where(forms.POOLS), forms.pool_step("DefaultAppPool"), "managedPipelineMode", "Sideways")
    before = config.read_bytes()
    with pytest.raises(NewErrors) as raised:
        await session.apply(edit)
    assert config.read_bytes() == before
    await session.save(raised.value.proposal)
    assert b"Sideways" in config.read_bytes()


def test_a_foreign_edit_is_seen(session: Session, config: Path) -> None:
    assert session.look_at_files() == frozenset()
    config.write_bytes(config.read_bytes().replace(b'name="DefaultAppPool"', b'name="Other"', 1))
    assert session.look_at_files() == frozenset({config})
    assert any(pool.name == "Other" for pool in session.workspace.hierarchy.pools())


async def test_saved_until_the_service_has_it_then_applied_or_refused(session: Session, config: Path) -> None:
    assert session.save_state == ""
    session.take(snapshot(1, {str(config): "old"}))
    assert session.save_state == "applied"
    saved = await session.apply(forms.toggle_mode("DefaultAppPool", "Integrated"))
    digest = dict(saved.digests)[config]
    assert session.save_state == "saved"
    session.take(snapshot(2, {str(config): digest}))
    assert session.save_state == "applied"
    session.take(snapshot(2, {str(config): "old"}, {"at": 1.0, "problems": [], "digests": {str(config): digest}}))
    assert session.save_state == "refused"


def test_what_the_service_says_anew_is_told_by_its_parts(session: Session, config: Path) -> None:
    told: list[Changed] = []
    session.changed.append(told.append)
    first = snapshot(1, {str(config): "a"})
    session.take(first)
    session.take({**first, "totals": {"requests": 1}})
    session.take({**first, "pools": [{"name": "P", "state": "Stopped"}]})
    assert [change.parts for change in told] == [frozenset(first), {"totals"}, {"pools", "totals"}]
    assert session.pool_state("P")["state"] == "Stopped"


def test_states_by_name(session: Session) -> None:
    session.take(snapshot(1, {}))
    assert session.pool_state("P")["state"] == "Started"
    assert session.pool_state("none") == {}
    assert session.site_state("none") == {}
    assert session.running


async def test_commands_need_a_service(session: Session) -> None:
    with pytest.raises(NoService, match="Start it first"):
        await session.command("status")
    told: list[Changed] = []
    session.changed.append(told.append)
    session.reach()
    with pytest.raises(NoService, match="is being reached"):
        await session.command("status")
    assert told
    assert session.coming


async def test_a_step_that_is_not_there_cannot_be_edited(session: Session) -> None:
    with pytest.raises(Exception, match="Nobody"):
        await session.apply(SetAttribute(Where(forms.POOLS), (Step("add", (("name", "Nobody"),)),), "autoStart", "false"))


async def test_edits_are_judged_one_after_the_other(config: Path) -> None:
    """The second is made from what the first left, and the loop goes on meanwhile."""
    held = HeldJudging()
    session = Session(held.open(config))
    session.workspace.judge()
    held.gate.clear()
    first = asyncio.ensure_future(session.apply(forms.toggle_mode("DefaultAppPool", "Integrated"), "first"))
    second = asyncio.ensure_future(session.apply(SetAttribute(Where(forms.POOLS), forms.pool_step("DefaultAppPool"), "autoStart", "false"), "second"))
    undone = asyncio.ensure_future(session.undo())
    while held.begun < 2:  # the state that is in force, and the first edit
        await asyncio.sleep(0)
    before = config.read_bytes()
    assert not first.done()
    held.gate.set()
    assert [(await first).label, (await second).label] == ["first", "second"]
    assert await undone is not None
    assert [entry.label for entry in session.workspace.history] == ["first"]
    assert config.read_bytes() == before.replace(b'managedPipelineMode="Integrated"', b'managedPipelineMode="Classic"', 1)


async def test_what_is_given_up_is_not_written_and_the_next_edit_is(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.judging.TOLD_AFTER_S", 0.0)
    held = HeldJudging()
    session = Session(held.open(config))
    session.workspace.judge()
    before = config.read_bytes()
    assert not session.give_up()
    held.gate.clear()
    session.judged_on.append(session.give_up)  # as soon as it is told
    with pytest.raises(NotWritten, match="given up"):
        await session.apply(forms.toggle_mode("DefaultAppPool", "Integrated"), "toggle")
    session.judged_on.clear()
    assert session.judging is None
    assert config.read_bytes() == before
    held.gate.set()
    await session.apply(forms.toggle_mode("DefaultAppPool", "Integrated"), "toggle")
    assert config.read_bytes() != before


async def test_what_another_program_wrote_is_judged_afterwards(config: Path) -> None:
    """Until then the problems that were known are shown; nobody waits."""
    session = Session(Workspace.open(config))
    watching = asyncio.ensure_future(session.watch_files(interval_s=60))
    await session.judged_at_first()
    while not session.workspace.is_judged:
        await asyncio.sleep(0)
    known = session.workspace.known_problems
    config.write_bytes(config.read_bytes().replace(b'applicationPool="DefaultAppPool"', b'applicationPool="Nobody"', 1))
    session.look_at_files()
    assert not session.workspace.is_judged
    assert session.workspace.known_problems == known
    while not session.workspace.is_judged:
        await asyncio.sleep(0)
    assert [problem.code for problem in session.workspace.known_problems if problem not in known] == ["unknown-pool"]
    watching.cancel()
