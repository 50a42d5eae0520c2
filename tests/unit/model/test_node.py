"""Nodes know no place; a LiveSource asks for the newest, and compares like any Source."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from hwebcore.plan import Problem, to_json
from model.document import Document, Splice
from model.node import LiveSource
from model.source import Source

_HERE = Path("web.config")


def test_a_source_that_moves_with_its_text() -> None:
    document = Document.parse(_HERE, b"<a>\n  <b c='1'/></a>")
    assert document.root is not None
    node = document.root.node.children[0]
    source = LiveSource.of("web.config", node, "S", node.attributes[0].start)
    assert (source.line, source.column, str(source)) == (2, 6, "web.config:2:6")
    assert source == Source("web.config", 2, 6, "S")
    assert Source("web.config", 2, 6, "S") == source
    assert hash(source) == hash(Source("web.config", 2, 6, "S"))
    assert source != Source("web.config", 2, 6, "T")
    assert to_json(source) == to_json(dataclasses.replace(source))
    before = dataclasses.replace(source)
    document.apply([Splice(3, 3, "\n\n")]).settle()
    assert (source.line, before.line) == (4, 2)
    assert source != before
    assert repr(source) == "LiveSource('web.config', 4, 6, 'S')"
    assert dataclasses.replace(source, config_path="T") == Source("web.config", 4, 6, "T")


def test_a_problem_with_one_is_a_problem_like_any_other() -> None:
    document = Document.parse(_HERE, b"<a><b/></a>")
    assert document.root is not None
    one, other = (LiveSource.of("f", document.root.node.children[0], "S") for _ in range(2))
    problems = dict.fromkeys(
        [Problem("error", "c", "m", one), Problem("error", "c", "m", other), Problem("error", "c", "m", dataclasses.replace(one))]
    )
    assert len(problems) == 1
    moved = dataclasses.replace(Problem("error", "c", "m", one), source=dataclasses.replace(one, config_path="T"))
    assert moved.source == Source("f", 1, 4, "T")


def test_looking_up() -> None:
    document = Document.parse(_HERE, b"<a x='1'><b/><c/><b y='2'/></a>")
    assert document.root is not None
    node = document.root.node
    assert (node.get("x"), node.get("z"), node.get("z", "3")) == ("1", None, "3")
    assert node.find("b") is node.children[0]
    assert node.find("z") is None
    found = node.attribute("x")
    assert found is not None
    assert found.value == "1"
    assert node.attribute("z") is None
    assert node.size() == 6
