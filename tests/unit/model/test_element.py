"""Elements: the nodes of one version with their places in it."""

from __future__ import annotations

from pathlib import Path

from model.document import Document


def test_places_and_looking_up() -> None:
    text = "<a>\n<b x='1' y='2'>t</b><b z='3'/></a>"
    root = Document.parse(Path("f"), text.encode()).root
    assert root is not None
    first, second = root.find_all("b")
    assert root.children == (first, second)
    assert root.find("b") is first
    assert root.find("c") is None
    assert text[slice(*first.span)] == "<b x='1' y='2'>t</b>"
    assert first.content_span is not None
    assert text[slice(*first.content_span)] == "t"
    assert second.content_span is None
    assert (second.line, second.column) == (2, 21)
    y = first.attribute("y")
    assert y is not None
    assert (y.line, y.column, text[slice(*y.value_span)]) == (2, 10, "2")
    assert (first.get("x"), first.get("q"), first.get("q", "d"), first.attribute("q")) == ("1", None, "d", None)
