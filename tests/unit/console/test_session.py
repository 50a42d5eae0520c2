"""The session: edits that save, new errors that stop, snapshots, what is saved and what is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from console import forms
from console.session import Changed, NewErrors, NoService, Session
from model.edits import SetAttribute, Step, Where
from model.workspace import Workspace

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
    assert session.undo() is not None
    assert session.redo() is not None
    assert session.undo() is not None
    assert session.undo() is None


async def test_new_errors_stop_unless_insisted(session: Session, config: Path) -> None:
    edit = SetAttribute(Where(forms.POOLS), forms.pool_step("DefaultAppPool"), "managedPipelineMode", "Sideways")
    before = config.read_bytes()
    with pytest.raises(NewErrors) as raised:
        await session.apply(edit)
    assert config.read_bytes() == before
    session.save(raised.value.proposal)
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
    with pytest.raises(NoService):
        await session.command("status")


async def test_a_step_that_is_not_there_cannot_be_edited(session: Session) -> None:
    with pytest.raises(Exception, match="Nobody"):
        await session.apply(SetAttribute(Where(forms.POOLS), (Step("add", (("name", "Nobody"),)),), "autoStart", "false"))
