"""Every declared list page: its columns, groups and sort agree with its rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.feed import Feed
from console.listing import View
from console.pages import PAGES, page
from console.places import Place, Target
from console.property_page import FormPage
from console.session import Session
from console.ways import Way
from model.workspace import Workspace

#: Pages of the server's own level; pages whose lists the sample leaves empty.
SERVER_PAGES = ("server", "pools", "sites", "problems", "isapi_cgi_restriction", "pool_settings", "worker_processes", "requests")
MAY_BE_EMPTY = ("problems", "http_errors", "app_settings", "connection_strings", "ip_security", "http_protocol", "web_authorization", "worker_processes",
                "requests")  # fmt: skip
DETAILS = {
    "pool_settings": "DefaultAppPool", "section": str(Way("system.webServer/httpErrors")), "entries": str(Way("system.webServer/modules")),
}  # fmt: skip
SAMPLE = Path(__file__).parents[3] / "sample_configs" / "first-run"


@pytest.fixture(scope="module")
def session() -> Session:
    return Session(Workspace.open(SAMPLE))


@pytest.mark.parametrize("name", PAGES)
def test_rows_fit_their_declaration(session: Session, name: str) -> None:
    declared = page(name)
    if isinstance(declared, FormPage):
        pytest.skip("a property page: test_property_page.py")
    detail = DETAILS.get(name, "")
    view = View(session, Feed(), Place(name, "" if name in SERVER_PAGES else "Integrated", "/", detail))
    columns = {column.id for column in declared.columns}
    groups = {group for group, _ in declared.groups if group}
    rows = declared.rows(view)
    assert rows or name in MAY_BE_EMPTY
    for row in rows:
        assert row.cells.keys() <= columns
        assert groups <= row.groups.keys()
        assert isinstance(row.key, Target)
        declared.detail(view, row.key)
        place = declared.opens(view, row.key)
        assert place is None or place.page
    assert not declared.sort or declared.sort in columns
    assert len({row.key for row in rows}) == len(rows)


def test_a_page_that_is_none() -> None:
    with pytest.raises(KeyError):
        page("nowhere")
