"""Every declared list page: its columns, groups and sort agree with its rows."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from console import forms
from console.feed import Feed
from console.listing import View
from console.pages import PAGES, page
from console.places import Place, Target
from console.property_page import FormPage
from console.session import Session
from console.ways import Way
from model.workspace import Workspace

#: Pages of the server's own level; pages whose lists the sample leaves empty.
SERVER_PAGES = ("server", "pools", "sites", "problems", "isapi_cgi_restriction", "pool_settings", "worker_processes", "requests", "fast_cgi", "history",
                "difference", "logs", "pool_defaults", "site_defaults", "application_defaults", "directory_defaults", "server_certificates")  # fmt: skip
MAY_BE_EMPTY = ("problems", "http_errors", "app_settings", "connection_strings", "ip_security", "http_protocol", "web_authorization", "worker_processes",
                "requests", "server_certificates", "migration")  # fmt: skip
#: What the sample does not have, one entry of each list.
FILLED = """<system.webServer>
<caching><profiles><add extension=".x" policy="CacheForTimePeriod" /></profiles></caching>
<fastCgi><application fullPath="/f" arguments="-a" /></fastCgi>
<isapiFilters><filter name="F" path="f.dll" /></isapiFilters>
<tracing><traceFailedRequests><add path="*"><traceAreas><add provider="ASP" /></traceAreas><failureDefinitions statusCodes="500" /></add></traceFailedRequests></tracing>
<rewrite><globalRules><rule name="G"><match url=".*" /><action type="Rewrite" url="/" /></rule></globalRules>
<rules><rule name="R" enabled="false"><match url="a" /><action type="AbortRequest" /></rule></rules>
<outboundRules><rule name="O"><match pattern="p" /><action type="Rewrite" value="v" /></rule></outboundRules>
<rewriteMaps><rewriteMap name="M"><add key="k" value="v" /></rewriteMap></rewriteMaps></rewrite>
</system.webServer>
</configuration>"""
DETAILS = {
    "pool_settings": "DefaultAppPool", "section": str(Way("system.webServer/httpErrors")), "entries": str(Way("system.webServer/modules")),
    "difference": "1", "directory_settings": "/",
}  # fmt: skip
SAMPLE = Path(__file__).parents[3] / "sample_configs" / "first-run"


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """The sample, its lists filled, with one change in its history and a service's word on where the log is."""
    folder = tmp_path_factory.mktemp("listing")
    shutil.copytree(SAMPLE, folder / "c")
    config = folder / "c" / "applicationHost.config"
    config.write_text(config.read_text("utf-8").replace("</configuration>", FILLED), "utf-8")
    made = Session(Workspace.open(config, state=folder / "state"))
    made.workspace.save(made.workspace.propose(forms.toggle_mode("DefaultAppPool", "Integrated")))
    made.take({"service": {"running": True, "log": str(folder / "service.log")}})
    return made


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
