"""The tree and the alerts, from a real configuration and a snapshot."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from console import content_view
from console.connections import Connections, Node, state_glyph, tree
from console.feed import Feed
from console.places import Place
from console.session import Session
from model.workspace import Workspace
from tests.support.meaning import write

SAMPLE = Path(__file__).parents[3] / "sample_configs" / "first-run"


def find(node: Node, place: Place) -> Node:
    if node.place == place:
        return node
    return next(found for child in node.children for found in [find_or_none(child, place)] if found)


def find_or_none(node: Node, place: Place) -> Node | None:
    try:
        return find(node, place)
    except StopIteration:
        return None


def test_the_tree_has_pools_sites_and_modes() -> None:
    session = Session(Workspace.open(SAMPLE))
    session.take({"service": {"running": True}, "sites": [{"name": "Integrated", "state": "Started"}], "pools": [], "rings": []})
    root = tree(session, Feed(), "SRV01")
    pools, site = find(root, Place("pools")), find(root, Place("site", "Integrated"))
    assert pools.badge is not None
    assert pools.badge.text.plain == "2"
    assert site.badge is not None
    assert (site.badge.text.plain, site.badge.role) == ("I", "integrated")
    assert site.glyph == state_glyph("Started")
    classic = find(root, Place("site", "Classic")).badge
    assert classic is not None
    assert classic.role == "classic"


def test_an_unknown_state_is_hollow() -> None:
    assert state_glyph("").text.plain == "○"
    assert state_glyph("Failed").text.plain == "✖"


TREE = """<configuration><system.applicationHost><sites><site name="S" id="1">
<application path="/"><virtualDirectory path="/" physicalPath="s" /><virtualDirectory path="/images/old" physicalPath="s" /></application>
<application path="/shop"><virtualDirectory path="/" physicalPath="Q:\\\\nowhere" /></application>
</site></sites></system.applicationHost></configuration>"""


def names(node: Node) -> list[tuple[str, str]]:
    return [(child.label.text.plain, child.place.page) for child in node.children]


def test_what_lies_below_is_read_when_a_node_is_unfolded_and_again_when_files_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("s/one/inner", "s/shop", "s/two"):
        (tmp_path / name).mkdir(parents=True)
    write(tmp_path, {"applicationHost.config": TREE, "s/file.txt": "no folder"})
    session = Session(Workspace.open(tmp_path))
    connections = Connections(session, Feed())
    applications, directories = [("shop", "application")], [("images/old", "folder")]
    site = find(connections.now, Place("site", "S"))
    assert (names(site), site.unread) == (applications, True), "nothing is read at the start"
    site = find(connections.unfolded(Place("site", "S")), Place("site", "S"))
    assert (names(site), site.unread) == ([*applications, *directories, ("one", "folder"), ("two", "folder")], False)
    one = find(connections.unfolded(Place("folder", "S", "/one")), Place("folder", "S", "/one"))
    assert names(one) == [("inner", "folder")]
    shop = find(connections.unfolded(Place("application", "S", "/shop")), Place("application", "S", "/shop"))
    assert [page for _, page in names(shop)] == ["content"], "its drive is unknown: said so"
    shutil.rmtree(tmp_path / "s/one")
    write(tmp_path, {"applicationHost.config": TREE + "\n"})
    session.look_at_files()
    assert names(find(connections.now, Place("site", "S"))) == [*applications, *directories, ("two", "folder")]
    monkeypatch.setattr(content_view, "MOST", 1)
    site = find(connections.unfolded(Place("site", "S")), Place("site", "S"))
    assert names(site)[-1] == ("… and more", "content")
