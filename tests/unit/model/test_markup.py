"""Elements and attributes with their spans; what is refused."""

from __future__ import annotations

import pytest

from model import markup
from model.element import Element
from model.markup import Markup, line_starts, read_markup
from model.node import Lines


def markup_of(text: str) -> Markup:
    return read_markup(text, line_starts(text))


def read(text: str) -> Element:
    found = markup_of(text)
    assert found.fault is None
    assert found.root is not None
    return Element(found.root, found.at, Lines(line_starts(text)))


def fault_of(text: str) -> str:
    fault = markup_of(text).fault
    assert fault is not None
    return f"{fault.offset}: {fault.message}"


def test_spans_cover_what_is_written() -> None:
    text = "<r>\n  <a x = 'é'\n     y=\"&lt;1&#33;\" >t</a><b/>\r\n</r>"
    a, b = read(text).children
    x, y = a.attributes
    assert text[slice(*a.span)] == "<a x = 'é'\n     y=\"&lt;1&#33;\" >t</a>"
    assert text[slice(*a.open_span)].endswith('" >')
    assert a.content_span is not None
    assert text[slice(*a.content_span)] == "t"
    assert text[slice(*x.span)] == "x = 'é'"
    assert text[slice(*x.value_span)] == "é"
    assert (y.name, y.value, text[slice(*y.value_span)]) == ("y", "<1!", "&lt;1&#33;")
    assert text[slice(*b.span)] == "<b/>"
    assert b.content_span is None
    assert (a.line, a.column, y.line, y.column, b.line) == (2, 3, 3, 6, 3)


def test_offsets_count_characters_after_wide_ones() -> None:
    text = "<r>\U0001f600é<a é='1'/>ü<b c='2'/></r>"
    a, b = read(text).children
    assert text[slice(*a.span)] == "<a é='1'/>"
    assert text[slice(*b.attributes[0].span)] == "c='2'"


def test_a_greater_sign_and_markup_in_a_value_end_no_tag() -> None:
    text = """<r><a x="/>" y='"b="'/><!-- <c/> --><![CDATA[<d/>]]></r>"""
    root = read(text)
    assert [child.name for child in root.children] == ["a"]
    assert root.children[0].get("y") == '"b="'


def test_namespaces_are_plain_text() -> None:
    root = read('<configuration xmlns="urn:x" xmlns:p="urn:y"><p:a p:b="1"/></configuration>')
    assert root.get("xmlns") == "urn:x"
    assert root.children[0].get("p:b") == "1"


def test_looking_up() -> None:
    root = read('<r><a n="1"/><b/><a n="2"/></r>')
    assert [child.get("n") for child in root.find_all("a")] == ["1", "2"]
    found = root.find("a")
    assert found is not None
    assert found.get("n") == "1"
    assert root.find("A") is None
    assert root.get("n") is None
    assert root.get("n", "x") == "x"


def test_what_was_read_before_the_fault_is_there() -> None:
    text = '<r><a n="1"/><b><c/></d></r>'
    found = markup_of(text)
    assert found.fault is not None
    assert "not well-formed" in found.fault.message
    root = found.root
    assert root is not None
    assert [child.name for child in root.children] == ["a", "b"]
    assert root.children[1].children[0].name == "c"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "no element found"),
        ("<a>", "no element found"),
        ("<a b=1/>", "not well-formed"),
        ('<a b="1" b="2"/>', "duplicate attribute"),
        ("<a>&unknown;</a>", "undefined entity"),
        ("<a/><b/>", "junk after document element"),
        ("<a>\x00</a>", "not well-formed"),
        ("<a>\udcff</a>", "not well-formed"),
        ('<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "document type"),
        ("<?xml version='1.0'?>\n<!-- x --><?p?>\n<!DOCTYPE a []><a/>", "document type"),
        ('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "document type"),
    ],
)
def test_faults(text: str, expected: str) -> None:
    assert expected in fault_of(text)


def test_limits() -> None:
    deepest = markup.MAX_DEPTH
    assert read("<a>" * deepest + "</a>" * deepest)
    assert fault_of("<a>" * (deepest + 1)) == f"{deepest * 3}: Elements are nested more than {deepest} deep"
    assert "more than" in fault_of("<a>" + "<a/>" * markup.MAX_NODES + "</a>")
    most = markup.MAX_ATTRIBUTES
    assert read("<a " + " ".join(f'a{n}=""' for n in range(most)) + "/>")
    for number in (most + 1, 300_000):  # counted by us, and before expat has begun
        text = "<b><a " + " ".join(f'a{n}=""' for n in range(number)) + "/></b>"
        assert fault_of(text) == f"3: An element has more than {most} attributes"
    assert read("<b>" + f'<a b="{"=" * 100_000}"/>' * 2 + "<!--" + "=" * 100_000 + "--></b>") is not None
    assert "lines" in fault_of("<a>" + "\n" * markup.MAX_LINES + "</a>")
