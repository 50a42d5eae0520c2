"""The tree and the alerts, from a real configuration and a snapshot."""

from __future__ import annotations

from pathlib import Path

from console.connections import Node, state_glyph, tree
from console.feed import Feed
from console.places import Place
from console.session import Session
from model.workspace import Workspace

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
