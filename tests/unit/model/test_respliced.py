"""A document after splices is the one that its whole text gives: nodes, places, lines, faults. Real files and generated ones."""

from __future__ import annotations

import codecs
import dataclasses
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from model import document as document_module
from model import markup
from model.document import Document, Splice
from model.element import Element
from model.node import Node
from tests.support import configurations

_HERE = Path("web.config")
_PIECES = st.sampled_from(
    [
        "", "", " ", "\n", "\r", "\r\n", "x", "é", "<a/>", "<a b='1'>\n<c/></a>\r\n", "<", ">", "/", "'", '"', "=", "&", "&amp;", "<!--", "-->",
        "<!-- c -->", "<![CDATA[<x>]]>", "]]>", "</a>", "<a>", " d='2'", "<?p q?>", "</add></add>", "\x00", "<!DOCTYPE a>", "\U0001f600",
    ]
)  # fmt: skip


def told(document: Document) -> object:
    """All that a document says."""

    def element(found: Element) -> object:
        attributes = [(item.name, item.value, item.span, item.value_span, item.line, item.column) for item in found.attributes]
        places = (found.span, found.open_span, found.content_span, found.line, found.column)
        return (found.name, attributes, places, [element(child) for child in found.children])

    lines = [document.position(offset) for offset in range(0, len(document.text) + 1, 7)]
    return (document.text, document.problems, document.digest, document.newline, lines, document.root and element(document.root))


def settled(document: Document) -> None:
    """Every node of a settled document knows its place in it."""

    def check(found: Element, node: Node) -> None:
        assert found.node is node
        assert node.position() == (found.line, found.column)
        for child, inner in zip(found.children, node.children, strict=True):
            check(child, inner)

    document.settle()
    if document.root is not None:
        check(document.root, document.root.node)


def compare(document: Document, *splices: Splice) -> Document:
    changed = document.apply(splices)
    whole = dataclasses.replace(document, text=changed.text)._with_markup()
    assert told(changed) == told(whole)
    again = Document.parse(document.path, changed.to_bytes(), document.config_path)  # may see another encoding in the first bytes
    assert told(document.updated(changed.to_bytes())) == told(again)
    settled(changed)
    return changed


@settings(max_examples=60, deadline=None)
@given(configurations.texts(), st.data())
def test_random_splices(text: str, data: st.DataObject) -> None:
    document = Document.parse(_HERE, text.encode())
    for _ in range(2):
        start = data.draw(st.integers(0, len(document.text)))
        end = data.draw(st.integers(start, min(start + 12, len(document.text))))
        document = compare(document, Splice(start, end, data.draw(_PIECES)))


@pytest.mark.parametrize("path", configurations.samples(), ids=lambda path: path.name)
@settings(max_examples=6, deadline=None)
@given(data=st.data())
def test_random_splices_on_real_files(path: Path, data: st.DataObject) -> None:
    document = Document.read(path)
    start = data.draw(st.integers(0, len(document.text)))
    end = data.draw(st.integers(start, min(start + 40, len(document.text))))
    compare(document, Splice(start, end, data.draw(_PIECES)))


@example("<?xml version='1.0'?><a><b/></a>", 21, 21, "\n<!-- c -->\n")
@example("<!-- c --><a><b/></a>", 0, 10, "")
@example("<!-- c --><a><b/></a>", 0, 4, "")
@example("<!-- c --><a><b/></a>", 7, 10, "")
@example("<a><b/></a>", 0, 0, "<!DOCTYPE a>")
@example("<a><b/></a>", 0, 0, "<a/>")
@example("<a>\r\n<b/></a>", 4, 5, "")
@example("<a>\r\n<b/></a>", 3, 4, "")
@example("<a>\r<b/></a>", 4, 4, "\n")
@example("<a b='1'><c/></a>", 1, 2, "d")
@example("<a><b><c/></b><d/></a>", 6, 10, "</b><b>")
@example("<a><b><c/></b><d/></a>", 3, 14, "")
@example("<a><b/></a>", 5, 7, "></b>")
@given(st.just("<a><b/></a>"), st.just(3), st.just(3), st.just(""))
def test_places_where_pieces_meet(text: str, start: int, end: int, inserted: str) -> None:
    compare(Document.parse(_HERE, text.encode()), Splice(start, end, inserted))


@settings(max_examples=40, deadline=None)
@given(configurations.texts(), st.lists(st.tuples(st.integers(0, 200), st.integers(0, 5), _PIECES), min_size=2, max_size=4))
def test_several_splices_at_once(text: str, wanted: list[tuple[int, int, str]]) -> None:
    document = Document.parse(_HERE, text.encode())
    splices = []
    free = 0
    for start, length, inserted in sorted(wanted):
        begin = max(start, free)
        if begin + length <= len(text):
            splices.append(Splice(begin, begin + length, inserted))
            free = begin + length + 1
    compare(document, *splices)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso8859-15"])
def test_encodings_stay(encoding: str) -> None:
    text = f"<?xml version='1.0' encoding='{encoding.partition('-sig')[0]}'?>\n<a>\n<b c='é'/>\n</a>"
    data = text.encode(encoding)
    document = Document.parse(_HERE, data)
    changed = compare(document, Splice(text.index("é"), text.index("é") + 1, "€😀"))
    assert changed.to_bytes().startswith(data[:20])
    assert changed.bom == (codecs.BOM_UTF8 if "sig" in encoding else codecs.BOM_UTF16_LE if "16" in encoding else b"")
    [b] = changed.root.children if changed.root else ()
    assert b.get("c") == "€😀"


def test_what_the_splice_does_not_touch_is_shared_and_what_lives_on_moves_once_it_is_settled() -> None:
    document = Document.parse(_HERE, b"<a>\n<b><c/></b>\n<d><e/></d>\n</a>")
    assert document.root is not None
    b, d = document.root.node.children
    changed = document.apply([Splice(7, 7, "\n\n<new/>")])
    assert changed.root is not None
    assert changed.root.node.children[1] is d
    assert changed.root.node.children[0] is not b
    assert changed.root.node.children[0].children[1] is b.children[0]
    assert d.position() == (3, 1)  # a draft moves nothing
    changed.settle()
    assert d.position() == d.children[0].parent.position() == (5, 1)  # type: ignore[union-attr]  # its parent is d
    assert document.root.children[1].line == 3  # what belongs to a version stays there


def test_only_the_smallest_piece_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def watched(text: str, depth: int, size: int) -> Node | None:
        read.append(text)
        return markup.read_fragment(text, depth, size)

    sites = "".join(f'<site name="{number}"><application path="/"/></site>\n' for number in range(100))
    document = Document.parse(_HERE, f"<configuration><sites>\n{sites}</sites></configuration>".encode())
    monkeypatch.setattr("model.respliced.read_fragment", watched)
    monkeypatch.setattr(document_module, "read_markup", None)
    for place, inserted in (('name="50', "x"), ('<site name="50"', "<site/>"), ('</site>\n<site name="51"', "<application/>"), ("<sites", " a='1'")):
        at = document.text.index(place)
        at += len(place) if place in ('name="50', "<sites") else 0
        document.apply([Splice(at, at, inserted)])
    assert max(map(len, read)) < 120


def test_the_limits_hold_for_pieces_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markup, "MAX_NODES", 20)
    monkeypatch.setattr(markup, "MAX_DEPTH", 4)
    document = Document.parse(_HERE, b"<a><b>" + b"<c/>" * 15 + b"</b></a>")
    for inserted in ("<d/>" * 3, "<d/>" * 4, "<d><e/></d>", "<d><e><f/></e></d>", " x='1'" * 2):
        compare(document, Splice(6, 6, inserted))
    compare(document, Splice(8, 8, " x='1' y='2' z='3'"))
    compare(document, Splice(8, 8, " x='1' y='2' z='3' w='4'"))
