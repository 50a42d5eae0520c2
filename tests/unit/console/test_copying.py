"""What can be copied of what has the focus."""

from __future__ import annotations

import json
from pathlib import Path

from console.copying import Drawn, copies, urls_of
from console.feed import Feed
from console.places import Target
from console.session import Session
from model.workspace import Workspace
from tests.support.captured_request import detail
from tests.support.ring_worker import Worker

SAMPLE = Path(__file__).parents[3] / "sample_configs" / "first-run" / "applicationHost.config"


def test_a_pool_is_its_row_its_cells_its_xml_and_a_line_of_appcmd() -> None:
    session = Session(Workspace.open(SAMPLE))
    pool = next(iter(session.workspace.hierarchy.pools()))
    found = {
        copy.label: copy.text
        for copy in copies(session, Feed(), (Target("pool", pool.name, pool),), Drawn("", "the row", (("Name", pool.name),)), None)
    }
    assert found["Row"] == "the row"
    assert found["Cell: Name"] == pool.name
    assert found["XML"].startswith(f'<add name="{pool.name}"')
    assert found["appcmd line"].startswith("appcmd set config -section:system.applicationHost/applicationPools")
    assert "Selection" not in found


def test_a_request_is_its_url_curl_and_json(tmp_path: Path) -> None:
    session = Session(Workspace.open(SAMPLE))
    session.take({"sites": [{"name": "S", "urls": ["http://127.0.0.1:9/"]}], "rings": []})
    worker, feed = Worker(tmp_path, "a", 1), Feed()
    feed.add_reader(worker.info, worker.reader())
    worker.serve("/x")
    feed.tick()
    worker.close()
    entry = feed.entries[0]
    found = {copy.label: copy.text for copy in copies(session, feed, (), Drawn("picked"), entry)}
    assert next(iter(found)) == "Selection"
    assert found["URL"] == "http://127.0.0.1:9/x"
    assert "curl command" not in found
    assert "captured" not in json.loads(found["Trace as JSON"])
    session.captures.keep(entry.key, detail("GET /x HTTP/1.1", [("Cookie", "k=qZ7")]))
    found = {copy.label: copy.text for copy in copies(session, feed, (), Drawn(), entry)}
    assert found["curl command"] == "curl -i -H 'Cookie: k=***' -H 'User-Agent:' -H 'Accept:' 'http://127.0.0.1:8080/x'"
    assert json.loads(found["Trace as JSON"])["captured"]["request"]["headers"][1] == ["Cookie", "k=***"]
    session.captures.keep(entry.key, detail("POST /x HTTP/1.1", cut=True))
    assert "curl command" not in {copy.label for copy in copies(session, feed, (), Drawn(), entry)}


def test_the_bindings_stand_for_addresses_where_nothing_runs() -> None:
    session = Session(Workspace.open(SAMPLE))
    assert urls_of(session, "Integrated") == ["http://127.0.0.1:17080/"]
    assert urls_of(session, "nobody's") == []
