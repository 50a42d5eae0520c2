"""The edits that settle a finding: previewed without new faults, saved, and the finding is gone; the old sections stay."""

from pathlib import Path

import pytest

from model.config_path import ConfigPath
from model.edits import Batch, MoveEntry, Where
from model.migration import findings
from model.migration_fix import in_order
from model.workspace import Workspace
from tests.support.meaning import hierarchy, server, web

UNLOCK = (
    '<location path="" overrideMode="Allow"><system.webServer><modules><add name="Session" type="System.Web.SessionState.SessionStateModule" />'
    "</modules><handlers /></system.webServer></location>"
)
OFF = '<system.webServer><validation validateIntegratedModeConfiguration="false" /></system.webServer>'
MODULES = '<system.web><httpModules><remove name="Session" /><add name="A" type="a.A" /></httpModules></system.web>'
HANDLERS = '<system.web><httpHandlers><add path="*.px" verb="GET" type="px.Page" /></httpHandlers></system.web>'


def opened(folder: Path, inner: str) -> Workspace:
    hierarchy(folder, server(UNLOCK), {"s/web.config": web(inner)})
    return Workspace.open(folder)


def settle(workspace: Workspace, code: str) -> str:
    """Saves the fix of the first finding with this code; gives the file as it is then."""
    finding = next(finding for finding in findings(workspace.hierarchy) if finding.code == code)
    assert finding.fix is not None
    proposal = workspace.propose(finding.fix)
    assert [problem for problem in proposal.new_problems if problem.severity == "error"] == []
    workspace.save(proposal)
    return (workspace.root.parent / "s/web.config").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("inner", "code", "written"),
    [
        (MODULES, "500.22", ['<remove name="Session"', '<add name="A" type="a.A" preCondition="managedHandler"']),
        (HANDLERS, "500.23", ['<add name="Page_GET_any.px" path="*.px" verb="GET" type="px.Page" preCondition="integratedMode"']),
        ('<system.web><identity impersonate="true" /></system.web>', "500.24", ['validateIntegratedModeConfiguration="false"']),
    ],
)
def test_what_classic_says_is_said_again(tmp_path: Path, inner: str, code: str, written: list[str]) -> None:
    workspace = opened(tmp_path, inner)
    text = settle(workspace, code)
    assert all(part in text for part in written)
    assert inner in text
    assert 'validateIntegratedModeConfiguration="false"' in text
    assert code not in [finding.code for finding in findings(workspace.hierarchy)]


@pytest.mark.parametrize(
    ("inner", "code", "one_more"),
    [
        ('<system.webServer><modules><add name="I" type="i.I" /></modules></system.webServer>', "integrated-only", False),
        (f'<system.web><httpModules><add name="C" type="c.C" /></httpModules></system.web>{OFF}', "classic-only", False),
        ('<system.webServer><handlers><add name="H" path="*.h" verb="*" type="h.H" preCondition="integratedMode" /></handlers></system.webServer>', "integrated-only", False),
        (f"{HANDLERS}{OFF}", "classic-only", True),
        ('<system.webServer><handlers><add name="H" path="*.h" verb="*" type="h.H" /></handlers></system.webServer>', "500.21", True),
    ],
)  # fmt: skip
def test_a_row_for_one_mode_gets_its_counterpart(tmp_path: Path, inner: str, code: str, one_more: bool) -> None:
    workspace = opened(tmp_path, inner)
    settle(workspace, code)
    left = [finding.code for finding in findings(workspace.hierarchy)]
    # A handler that no script map leads to, or that Classic is kept from, is one for Integrated alone: told, and settled in its turn.
    assert left == (["integrated-only"] if one_more else [])
    if one_more:
        settle(workspace, "integrated-only")
        assert findings(workspace.hierarchy) == ()


def test_modules_get_the_order_of_classic(tmp_path: Path) -> None:
    rows = '<add name="{0}" type="{0}.M" />'
    classic, integrated = "".join(map(rows.format, "abc")), "".join(map(rows.format, "cab"))
    inner = f"<system.web><httpModules>{classic}</httpModules></system.web><system.webServer><modules>{integrated}</modules></system.webServer>{OFF}"
    workspace = opened(tmp_path, inner)
    assert [finding.code for finding in findings(workspace.hierarchy)] == ["module-order"]
    settle(workspace, "module-order")
    assert findings(workspace.hierarchy) == ()
    entries = workspace.hierarchy.merged("system.webServer/modules", ConfigPath("S")).root.entries
    assert [entry.get("name") for entry in entries] == ["Session", "a", "b", "c"]


def test_moves_are_as_few_as_the_order_needs() -> None:
    edit = in_order(Where("system.webServer/modules"), ["a", "c", "b"], ["a", "b", "c"])
    assert isinstance(edit, Batch)
    assert [(move.steps[-1].key[0][1], move.offset) for move in edit.edits if isinstance(move, MoveEntry)] == [("b", -1)]
