"""Feature Delegation: the state of each feature, the words of this level, locks for all sites and for one."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.delegated import FEATURES, KEPT, READ, WRITE, Delegated, delegated, lock
from console.listing import View
from model.config_path import ConfigPath
from model.schema import sections
from tests.support.console_views import view

SERVER, SITE = ConfigPath(), ConfigPath("S")
DOCUMENTS, MODULES = "system.webServer/defaultDocument", "system.webServer/modules"


@pytest.fixture
def seen(tmp_path: Path) -> View:
    return view(tmp_path)


def of(seen: View, section: str, path: ConfigPath = SERVER) -> Delegated:
    return next(entry for entry in delegated(seen.session.workspace.hierarchy, path) if entry.section == section)


def give(seen: View, section: str, path: ConfigPath, mode: str) -> None:
    workspace = seen.session.workspace
    workspace.save(workspace.propose(lock(section, path, mode)))  # type: ignore[arg-type]


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
    give(seen, DOCUMENTS, ConfigPath(), "Deny")
    assert (of(seen, DOCUMENTS).state, of(seen, DOCUMENTS).own) == (READ, "Deny")
    assert of(seen, DOCUMENTS, SITE).state == READ
    give(seen, DOCUMENTS, SITE, "Allow")
    assert (of(seen, DOCUMENTS, SITE).state, of(seen, DOCUMENTS, SITE).own) == (WRITE, "Allow")
    assert of(seen, DOCUMENTS).custom == ("S",)
    for path in (SITE, ConfigPath()):
        give(seen, DOCUMENTS, path, "Inherit")
    assert of(seen, DOCUMENTS).state == WRITE
    seen.session.workspace.undo()
    for _ in range(3):
        seen.session.workspace.undo()
    assert seen.session.workspace.root.read_bytes() == before
