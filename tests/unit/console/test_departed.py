"""Places whose subject somebody removed lead to their parent; all others stay."""

from __future__ import annotations

from pathlib import Path

import pytest

from console import application_forms
from console.departed import departed, settled
from console.listing import View
from console.places import Place
from tests.support.console_views import view


@pytest.fixture
def seen(tmp_path: Path) -> View:
    """The site S with a folder /files, and an application /api with its directory /d, whose drive is unknown, and a folder /inner."""
    found = view(tmp_path)
    for name in ("s/files", "api/inner"):
        (tmp_path / name).mkdir(parents=True)
    workspace = found.session.workspace
    workspace.save(workspace.propose(application_forms.add_application("S", {"alias": "api", "pool": "P", "folder": str(tmp_path / "api")})))
    workspace.save(workspace.propose(application_forms.add_directory("S", "/api", {"alias": "d", "folder": r"Q:\nowhere"})))
    return found


@pytest.mark.parametrize(
    "place",
    [
        Place("server"), Place("pools"), Place("pool_settings", detail="P"), Place("site", "S"), Place("site", "s"), Place("modules", "S", "/"),
        Place("application", "S", "/api"), Place("modules", "S", "/api/inner"), Place("directory_settings", "S", "/api", "/d"),
        Place("application_settings", "S", "/"), Place("http_protocol", "S", "/files"), Place("modules", "S", "/API/D"),
        Place("modules", "S", "/api/d/unknown"),
    ],
)  # fmt: skip
def test_what_is_there_stays(seen: View, place: Place) -> None:
    assert departed(seen.session.workspace.hierarchy, place) is None


@pytest.mark.parametrize(
    ("place", "parent"),
    [
        (Place("pool_settings", detail="Q"), Place("pools")),
        (Place("bindings", "T"), Place("sites")),
        (Place("modules", "T", "/"), Place("sites")),
        (Place("application", "S", "/gone"), Place("site", "S")),
        (Place("application_settings", "S", "/api/inner"), Place("folder", "S", "/api/inner")),
        (Place("modules", "S", "/files/gone"), Place("folder", "S", "/files")),
        (Place("modules", "S", "/files/gone/too"), Place("folder", "S", "/files")),
        (Place("modules", "S", "/gone"), Place("site", "S")),
        (Place("directory_settings", "S", "/api", "/gone"), Place("virtual_directories", "S", "/api")),
    ],
)
def test_what_is_gone_leads_to_its_parent_with_a_note(seen: View, place: Place, parent: Place) -> None:
    found = departed(seen.session.workspace.hierarchy, place)
    assert found is not None
    assert found[0] == parent
    assert found[1].endswith("is not there any more.")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (Place("folder", "S", "/api"), Place("application", "S", "/api")),
        (Place("application", "S", "/files"), Place("folder", "S", "/files")),
        (Place("folder", "S", "/files/gone"), Place("folder", "S", "/files")),
        (Place("folder", "S", "/gone"), Place("site", "S")),
        (Place("folder", "T", "/files"), Place("folder", "T", "/files")),
        (Place("application", "S", "/"), Place("application", "S", "/")),
        (Place("modules", "S", "/files"), Place("modules", "S", "/files")),
    ],
)
def test_the_home_page_of_a_path_is_its_own(seen: View, asked: Place, found: Place) -> None:
    assert settled(seen.session.workspace.hierarchy, asked) == found
