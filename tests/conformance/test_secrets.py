"""Secrets stay secrets: a mark in every attribute that the schema has encrypted, and a walk through all that the program says."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from console.cli.appcmd import program as appcmd
from hwebcore.plan_json import to_json
from model.compiler import compile_server
from model.config_path import ConfigPath
from model.conflict import conflict
from model.document import Document
from model.edits import Batch, SetAttribute, Where
from model.effective import effective
from model.workspace import Workspace
from tests.support.marked_secrets import MARK, Place, files_with, kinds, mark, of_schema, places

SAMPLE = Path(__file__).parents[2] / "sample_configs" / "first-run"
SEED = 20_260_117
NEW = "qZ7new"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = shutil.copytree(SAMPLE, tmp_path / "c", ignore=shutil.ignore_patterns("__pycache__"))
    mark(folder / "applicationHost.config", SEED)
    return folder / "applicationHost.config"


def changed(place: Place, number: int) -> SetAttribute:
    return SetAttribute(Where(place.section), place.steps, place.name, f"{NEW}{number}")


def test_every_encrypted_attribute_is_marked(config: Path) -> None:
    assert kinds(places(config)) == of_schema()
    assert config.read_text("utf-8").count(MARK) == len(places(config)) == len(of_schema())


# rules: secrets.sealed
def test_what_the_model_says_holds_no_secret(config: Path, tmp_path: Path) -> None:
    workspace = Workspace.open(config, state=tmp_path / "state")
    found = places(config)
    said: list[object] = [workspace.problems, [problem.message for problem in workspace.problems]]
    generation = compile_server(workspace.hierarchy)
    assert generation.pools is not None
    said += [to_json(pool) for pool in generation.pools] + [to_json(generation.routes), generation.problems]
    proposal = workspace.propose(Batch("change them all", tuple(changed(place, number) for number, place in enumerate(found))))
    said += [proposal.label, [change.diff for change in proposal.changes], proposal.new_problems]
    meanwhile = config.read_text("utf-8").replace(MARK, f"{MARK}theirs")
    config.write_text(meanwhile, "utf-8")
    met = conflict(workspace, proposal)
    assert met is not None
    said += [met.theirs, met.mine]
    workspace.save(met.over)
    said += [entry.diff for entry in workspace.history]
    archive = workspace.archive
    assert archive is not None
    said += [record.label for record in archive.records()]
    said += [archive.diff(file.path, file.before, file.after) for record in archive.records() for file in record.files]
    for text in map(repr, said):
        assert MARK not in text
        assert NEW not in text
    # What was changed here is encrypted wherever it lies: in the file, in the history and its contents.
    assert files_with(tmp_path, NEW.encode()) == []
    sealed = [effective(workspace.hierarchy, place.section, ConfigPath()) for place in found]
    assert all(section.root is not None for section in sealed)
    assert config.read_text("utf-8").count("[enc:PoolhouseAesGcm:") == len(found)
    assert MARK not in config.read_text("utf-8")
    assert files_with(tmp_path, MARK.encode()) == []
    # What was there before, in clear text, is had back to the byte.
    first = archive.records()[0].files[0]
    assert (archive.content(first.after) or b"").decode() == meanwhile


def test_what_windows_encrypted_is_kept_and_marked(config: Path, tmp_path: Path) -> None:
    text = config.read_text("utf-8").replace(f'"{MARK}', f'"[enc:AesProvider:{MARK}').replace("[enc:AesProvider:", "[enc:AesProvider:", 1)
    ends = [piece.replace('"', ':enc]"', 1) if number else piece for number, piece in enumerate(text.split("[enc:AesProvider:"))]
    config.write_text("[enc:AesProvider:".join(ends), "utf-8")
    workspace = Workspace.open(config, state=tmp_path / "state")
    kept = config.read_bytes().count(b"[enc:AesProvider:")
    assert kept == len(places(config))
    pool = next(place for place in places(config) if place.section.endswith("applicationPools") and place.steps[0].key)
    workspace.save(workspace.propose(SetAttribute(Where(pool.section), pool.steps, "userName", "v")))
    assert config.read_bytes().count(b"[enc:AesProvider:") == kept
    notes = [
        problem
        for section in {place.section for place in places(config)}
        for problem in effective(workspace.hierarchy, section, ConfigPath()).problems
    ]
    assert sum("encrypted with a key that is not here" in problem.message for problem in notes) >= kept
    assert MARK not in repr(notes)


@pytest.mark.parametrize("form", [(), ("/config:*",), ("/xml",), ("/text:*",)], ids=["xml", "defaults", "result", "text"])
def test_appcmd_lists_no_secret(
    config: Path, tmp_path: Path, form: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("STATE", "CONFIG", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    for section in sorted({place.section for place in places(config)}):
        assert appcmd.run(["list", "config", f"/section:{section}", *form, "--config", str(config)]) == 0
    for kind in ("apppool", "site", "app", "vdir") if form != ("/config:*",) else ():
        assert appcmd.run(["list", kind, *form, "--config", str(config)]) == 0
    assert (
        appcmd.run(["list", "config", "/section:applicationPools", "/text:[name='DefaultAppPool'].processModel.password", "--config", str(config)])
        == 0
    )
    out = capsys.readouterr().out
    assert len(out) > 2000
    assert MARK not in out
    assert "********" in out


def test_broken_files_tell_no_secret(config: Path) -> None:
    """A fault beside a secret is told by its place: the text around it is not."""
    text = config.read_text("utf-8")
    for at in [index for index in range(len(text)) if text.startswith(MARK, index)]:
        end = text.index('"', at)
        for broken in (text[:end], text[: end + 1] + '"' + text[end + 1 :], text[:end] + "<" + text[end:]):
            document = Document.parse(config, broken.encode())
            assert document.problems
            assert MARK not in repr(document.problems)


def test_settings_that_are_refused_are_not_repeated(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for setting in (f"/[name='Nobody'].processModel.password:{NEW}", f"/[name='DefaultAppPool'].processModel.passwort:{NEW}"):
        assert appcmd.run(["set", "config", "/section:applicationPools", setting, "--config", str(config)]) != 0
    said = capsys.readouterr()
    assert json.dumps(said.out + said.err).count(NEW) == 0
