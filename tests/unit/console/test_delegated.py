"""Feature Delegation: the state of each feature, the words of this level, locks for all sites and for one."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.delegated import FEATURES, KEPT, READ, WRITE, Delegated, delegated, give, lock
from console.delegated import MODULES as NAMES
from console.listing import View
from model import administration
from model.config_path import ConfigPath
from model.document import Document
from model.edits import Batch
from model.schema import sections
from tests.support.console_views import view

SERVER, SITE = ConfigPath(), ConfigPath("S")
DOCUMENTS, MODULES = "system.webServer/defaultDocument", "system.webServer/modules"


@pytest.fixture
def seen(tmp_path: Path) -> View:
    return view(tmp_path)


def of(seen: View, section: str, path: ConfigPath = SERVER) -> Delegated:
    return next(entry for entry in delegated(seen.session.workspace.hierarchy, path) if entry.section == section)


def put(seen: View, section: str, path: ConfigPath, mode: str) -> None:
    workspace = seen.session.workspace
    workspace.save(workspace.propose(lock(section, path, mode)))  # type: ignore[arg-type]  # one of the modes, as a str


def test_every_feature_has_a_section_of_the_schema() -> None:
    assert {section for _, section in FEATURES} - {"system.net/mailSettings/smtp"} <= sections()
    assert len({name for name, _ in FEATURES}) == len(FEATURES)


def test_what_the_declarations_say(seen: View) -> None:
    assert of(seen, DOCUMENTS).state == WRITE
    assert of(seen, "system.webServer/security/access").state == READ
    assert of(seen, "system.webServer/fastCgi").state == KEPT
    assert of(seen, DOCUMENTS).own == "Inherit"


def test_read_only_for_all_and_read_write_for_one_site(seen: View) -> None:
    before = seen.session.workspace.root.read_bytes()
    put(seen, DOCUMENTS, ConfigPath(), "Deny")
    assert (of(seen, DOCUMENTS).state, of(seen, DOCUMENTS).own) == (READ, "Deny")
    assert of(seen, DOCUMENTS, SITE).state == READ
    put(seen, DOCUMENTS, SITE, "Allow")
    assert (of(seen, DOCUMENTS, SITE).state, of(seen, DOCUMENTS, SITE).own) == (WRITE, "Allow")
    assert of(seen, DOCUMENTS).custom == ("S",)
    for path in (SITE, ConfigPath()):
        put(seen, DOCUMENTS, path, "Inherit")
    assert of(seen, DOCUMENTS).state == WRITE
    seen.session.workspace.undo()
    for _ in range(3):
        seen.session.workspace.undo()
    assert seen.session.workspace.root.read_bytes() == before


def shown(seen: View) -> Document | None:
    return seen.session.workspace.document(seen.session.workspace.root.with_name(administration.FILE))


def there(seen: View, path: ConfigPath = SERVER) -> Delegated:
    return next(entry for entry in delegated(seen.session.workspace.hierarchy, path, shown(seen)) if entry.section == DOCUMENTS)


# rules: delegation.not-delegated
def test_not_delegated_locks_and_hides_as_one_change(seen: View) -> None:
    workspace = seen.session.workspace
    before = workspace.root.read_bytes()
    workspace.save(workspace.propose(Batch("not delegated", give((there(seen),), SERVER, KEPT, shown(seen)))))
    found = there(seen)
    assert (found.state, found.own, found.hidden, found.locked, found.declared) == (KEPT, "Deny", True, True, False)
    assert there(seen, SITE).state == KEPT
    workspace.save(workspace.propose(Batch("read only", give((found,), SERVER, READ, shown(seen)))))
    assert (there(seen).state, there(seen).hidden) == (READ, False)
    workspace.undo()
    workspace.save(workspace.propose(Batch("reset", give((there(seen),), SERVER, "", shown(seen)))))
    assert (there(seen).state, there(seen).speaks) == (WRITE, False)
    workspace.undo()
    workspace.undo()
    assert workspace.root.read_bytes() == before
    assert not workspace.root.with_name(administration.FILE).exists()


def test_hidden_but_open_says_both(seen: View) -> None:
    workspace = seen.session.workspace
    workspace.save(workspace.propose(Batch("hide", administration.hidden(None, SERVER, "DefaultDocument"))))
    assert (there(seen).state, there(seen).locked) == (KEPT, False)


def test_what_has_data_beside_its_configuration_says_so(seen: View) -> None:
    assert of(seen, "system.web/roleManager").said == "Configuration Read/Write"
    assert set(NAMES) <= {name for name, _ in FEATURES}
    assert len(set(NAMES.values())) == len(NAMES)
