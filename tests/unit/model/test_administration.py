"""administration.config: what is shown of IIS Manager's features, in IIS's own file and in one that Poolhouse begins."""

from __future__ import annotations

from pathlib import Path

import pytest

from model import administration
from model.administration import hidden, inherited, is_shown, own_word, shown
from model.config_path import ConfigPath
from model.document import Document
from model.edits import Batch, CannotEdit, Edit
from model.workspace import Workspace
from tests.support.meaning import server, write

SERVER, SITE = ConfigPath(), ConfigPath("S")
#: As IIS ships it, shortened: all that a site's managers see is named.
IIS_OWN = """<configuration>
    <moduleProviders>
        <add name="Modules" type="…" />
    </moduleProviders>

    <!-- For all Sites -->
    <location path=".">
        <modules>
            <add name="Modules" />
            <add name="DefaultDocument" />
        </modules>
    </location>
</configuration>
"""


@pytest.fixture(params=["", IIS_OWN], ids=["none yet", "IIS's own"])
def workspace(tmp_path: Path, request: pytest.FixtureRequest) -> Workspace:
    (tmp_path / "s").mkdir()
    write(tmp_path, {"applicationHost.config": server(), **({administration.FILE: request.param} if request.param else {})})
    return Workspace.open(tmp_path)


def document(workspace: Workspace) -> Document | None:
    return workspace.document(workspace.root.with_name(administration.FILE))


def do(workspace: Workspace, edits: tuple[Edit, ...]) -> None:
    workspace.save(workspace.propose(Batch("it", edits)))


def test_hidden_for_all_and_shown_again(workspace: Workspace) -> None:
    before = document(workspace)
    do(workspace, hidden(document(workspace), SERVER, "DefaultDocument"))
    assert not is_shown(document(workspace), SERVER, "defaultdocument")
    assert not is_shown(document(workspace), SITE.child("app"), "DefaultDocument"), "all below inherit it"
    assert is_shown(document(workspace), SERVER, "Modules")
    assert hidden(document(workspace), SITE, "DefaultDocument") == ()
    do(workspace, shown(document(workspace), SERVER, "DefaultDocument"))
    assert is_shown(document(workspace), SERVER, "DefaultDocument")
    workspace.undo()
    workspace.undo()
    after = document(workspace)
    assert (after.to_bytes() if after else None) == (before.to_bytes() if before else None), "undone byte for byte, a new file is gone"


def test_a_site_hides_and_shows_for_itself(workspace: Workspace) -> None:
    do(workspace, hidden(document(workspace), SITE, "DefaultDocument"))
    assert is_shown(document(workspace), SERVER, "DefaultDocument")
    assert (is_shown(document(workspace), SITE, "DefaultDocument"), own_word(document(workspace), SITE, "DefaultDocument")) == (False, "remove")
    do(workspace, inherited(document(workspace), SITE, "DefaultDocument"))
    assert (is_shown(document(workspace), SITE, "DefaultDocument"), own_word(document(workspace), SITE, "DefaultDocument")) == (True, "")
    assert inherited(document(workspace), SITE, "DefaultDocument") == ()
    do(workspace, hidden(document(workspace), SERVER, "DefaultDocument"))
    do(workspace, shown(document(workspace), SITE, "DefaultDocument"))
    assert (is_shown(document(workspace), SERVER, "DefaultDocument"), is_shown(document(workspace), SITE, "DefaultDocument")) == (False, True)


def test_a_list_that_names_all_hides_the_rest(tmp_path: Path) -> None:
    own = Document.parse(tmp_path / administration.FILE, IIS_OWN.encode())
    assert not is_shown(own, SERVER, "Rewrite"), "IIS Manager's module was never delegated"
    assert is_shown(None, SERVER, "Rewrite"), "without the file nothing is hidden"
    cleared = Document.parse(own.path, IIS_OWN.replace('<add name="Modules" />\n            <add', "<clear />\n            <add").encode())
    assert is_shown(cleared, SERVER, "DefaultDocument")


def test_a_broken_file_is_not_written(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    write(tmp_path, {"applicationHost.config": server(), administration.FILE: "<configuration>"})
    workspace = Workspace.open(tmp_path)
    with pytest.raises(CannotEdit, match="readable"):
        do(workspace, hidden(document(workspace), SERVER, "DefaultDocument"))
