"""New text looks like its neighbours."""

from __future__ import annotations

from pathlib import Path

import pytest

from model import layout
from model.document import Document, Element
from model.layout import Draft


def lineage(document: Document, *names: str) -> tuple[Element, ...]:
    assert document.root is not None
    found = [document.root]
    for name in names:
        child = found[-1].find(name)
        assert child is not None
        found.append(child)
    return tuple(found)


def parse(text: str) -> Document:
    document = Document.parse(Path("f"), text.encode())
    assert document.is_sound
    return document


def added(text: str, *names: str, draft: Draft | None = None, index: int | None = None) -> str:
    document = parse(text)
    return document.apply([layout.add_child(document, lineage(document, *names), draft or Draft("n", (("k", "v"),)), index)]).text


def removed(text: str, *names: str) -> str:
    document = parse(text)
    return document.apply([layout.remove_element(document, lineage(document, *names)[-1])]).text


def set_to(text: str, name: str, value: str) -> str:
    document = parse(text)
    assert document.root is not None
    return document.apply(layout.set_attribute(document, document.root, name, value)).text


def without(text: str, name: str) -> str:
    document = parse(text)
    assert document.root is not None
    return document.apply(layout.remove_attribute(document, document.root, name)).text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<r>\n  <a/>\n</r>", '<r>\n  <a/>\n  <n k="v"/>\n</r>'),
        ("<r>\r\n\t<a />\r\n</r>", '<r>\r\n\t<a />\r\n\t<n k="v" />\r\n</r>'),
        ("<r>\n  <a/> <!-- of a -->\n</r>", '<r>\n  <a/> <!-- of a -->\n  <n k="v"/>\n</r>'),
        ("<r>\n  <a/>   \n</r>", '<r>\n  <a/>\n  <n k="v"/>   \n</r>'),
        ("<r><a/></r>", '<r><a/><n k="v"/></r>'),
        ("<r>\n  <a/></r>", '<r>\n  <a/><n k="v"/></r>'),
        ("<r/>", '<r>\n    <n k="v" />\n</r>'),
        ('<r x="1"  />', '<r x="1">\n    <n k="v" />\n</r>'),
        ("<r></r>", '<r>\n    <n k="v" />\n</r>'),
        ("<r>\n</r>", '<r>\n    <n k="v" />\n</r>'),
        ("<r>\n\n</r>", '<r>\n    <n k="v" />\n\n</r>'),
        ("<r>\n  <!-- c -->\n</r>", '<r>\n  <!-- c -->\n    <n k="v" />\n</r>'),
        ("<r>\n  <!-- c --></r>", '<r>\n  <!-- c -->\n    <n k="v" />\n</r>'),
    ],
)
def test_a_child_is_added_last(text: str, expected: str) -> None:
    assert added(text) == expected


def test_a_child_is_added_at_an_index() -> None:
    text = "<r>\n  <!-- all -->\n  <a/>\n  <b/>\n</r>"
    assert added(text, index=1) == text.replace("<a/>", '<a/>\n  <n k="v"/>')
    assert added(text, index=0) == text.replace("<r>", '<r>\n  <n k="v"/>')
    assert added("<r><a/><b/></r>", index=1) == '<r><a/><n k="v"/><b/></r>'


def test_the_step_inwards_is_the_files_own() -> None:
    text = "<r>\n <a>\n  <b/>\n </a>\n</r>"
    assert added(text, "a", "b") == '<r>\n <a>\n  <b>\n   <n k="v" />\n  </b>\n </a>\n</r>'


def test_a_draft_brings_its_children() -> None:
    draft = Draft("n", (), (Draft("m", (("x", "1"),), (Draft("o"),)),))
    expected = '<r>\n\t<a/>\n\t<n>\n\t\t<m x="1">\n\t\t\t<o/>\n\t\t</m>\n\t</n>\n</r>'
    assert added("<r>\n\t<a/>\n</r>", draft=draft) == expected


def test_a_file_in_one_line_stays_in_one_line() -> None:
    draft = Draft("n", (), (Draft("m"),))
    assert added("<r><a/></r>", "a", draft=draft) == "<r><a><n><m /></n></a></r>"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<r>\n  <a/>\n  <b/>\n</r>", "<r>\n  <b/>\n</r>"),
        ("<r>\r\n  <a>\r\n    <c/>\r\n  </a>\r\n  <b/>\r\n</r>", "<r>\r\n  <b/>\r\n</r>"),
        ("<r>\n  <a/> <!-- c -->\n</r>", "<r>\n   <!-- c -->\n</r>"),
        ("<r><a/><b/></r>", "<r><b/></r>"),
        ("<r>\n  <a/><b/>\n</r>", "<r>\n  <b/>\n</r>"),
        ("<r>\n  <a/></r>", "<r>\n  </r>"),
    ],
)
def test_an_element_takes_its_line_along_where_it_is_alone_on_it(text: str, expected: str) -> None:
    assert removed(text, "a") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('<r  a = "1" b="2"/>', '<r  a = "9" b="2"/>'),
        ("<r a='1'/>", "<r a='9'/>"),
        ("<r/>", '<r a="9"/>'),
        ("<r />", '<r a="9" />'),
        ("<r></r>", '<r a="9"></r>'),
        ("<r b='2' />", "<r b='2' a='9' />"),
        ('<r x="1"\n   b="2">\n</r>', '<r x="1"\n   b="2"\n   a="9">\n</r>'),
    ],
)
def test_setting_an_attribute(text: str, expected: str) -> None:
    assert set_to(text, "a", "9") == expected


def test_setting_the_value_that_is_there_changes_nothing_even_if_written_otherwise() -> None:
    assert set_to('<r a="&#65;"/>', "a", "A") == '<r a="&#65;"/>'


@pytest.mark.parametrize("quote", ["'", '"'])
@pytest.mark.parametrize("value", ["<&>\"'", "a\r\n\tb", "é€\U0001f600", ""])
def test_any_value_is_read_back(quote: str, value: str) -> None:
    changed = parse(set_to(f"<r a={quote}1{quote} b='2'/>", "a", value))
    assert changed.root is not None
    assert (changed.root.get("a"), changed.root.get("b")) == (value, "2")


@pytest.mark.parametrize(("name", "value"), [("a", "\x00"), ("a", "\x1b[31m"), ("a", "\ud800"), ("b c", "x"), ("", "x"), ('b="', "x")])
def test_what_cannot_be_written_is_refused(name: str, value: str) -> None:
    with pytest.raises(layout.NotXml):
        set_to("<r a='1'/>", name, value)


def test_removing_an_attribute_takes_the_space_before_it() -> None:
    assert without('<r a="1" b="2"/>', "a") == '<r b="2"/>'
    assert without('<r a="1"\n   b="2" />', "b") == '<r a="1" />'
    assert without('<r a="1"/>', "b") == '<r a="1"/>'


def test_a_moved_child_takes_its_comment_along() -> None:
    text = "<r>\n  <a/>\n  <b/> <!-- of b -->\n  <c/>\n</r>"
    document = parse(text)
    way = lineage(document)
    moved = document.apply(layout.move_child(document, way, way[0].children[1], 0)).text
    assert moved == "<r>\n  <b/> <!-- of b -->\n  <a/>\n  <c/>\n</r>"
    last = document.apply(layout.move_child(document, way, way[0].children[0], 3)).text
    assert last == "<r>\n  <b/> <!-- of b -->\n  <c/>\n  <a/>\n</r>"


PLACES = """<configuration>
\t<here>
\t\t<moved a="1
\t\t  2">
\t\t\t<inner b='x' />
 <odd />
\t\t</moved>
\t</here>
<there />
    <deep />
</configuration>
"""


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("there", "<moved a=\"1\n\t\t  2\">\n\t<inner b='x' />\n <odd />\n</moved>"),
        ("deep", "<moved a=\"1\n\t\t  2\">\n    \t<inner b='x' />\n <odd />\n    </moved>"),
    ],
)
def test_an_element_that_moves_is_indented_as_its_place_and_keeps_its_values(place: str, expected: str) -> None:
    document = parse(PLACES)
    moved = lineage(document, "here", "moved")[-1]
    assert layout.reindented(document, moved, document, lineage(document, place)[-1]) == expected
    assert layout.reindented(document, moved, document, moved) == PLACES[slice(*moved.span)]
    data = parse(PLACES.replace("<odd />", "<![CDATA[\n\t\tx]]>"))
    moved = lineage(data, "here", "moved")[-1]
    assert layout.reindented(data, moved, data, lineage(data, place)[-1]) == data.text[slice(*moved.span)]


def test_parents_that_would_hold_nothing_go_too_and_no_others() -> None:
    text = "<configuration>\n <a>\n  <b>\n   <c />\n  </b>\n </a>\n</configuration>\n"

    def gone(text: str) -> str:
        document = parse(text)
        return document.apply((layout.remove_with_empty_parents(document, lineage(document, "a", "b", "c")),)).text

    assert gone(text) == "<configuration>\n</configuration>\n"
    assert gone(text.replace("  </b>", "  </b><d />")) == "<configuration>\n <a>\n  <d />\n </a>\n</configuration>\n"
    kept = text.replace("   <c />", "   <!-- why -->\n   <c />")
    assert gone(kept) == kept.replace("   <c />\n", "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<r>\n  <a> <!-- x --></a>\n</r>", '<r>\n  <a> <!-- x -->\n    <b c="1" />\n  </a>\n</r>'),
        ("<r>\n  <a><!-- x -->  </a>\n</r>", '<r>\n  <a><!-- x -->\n    <b c="1" />\n  </a>\n</r>'),
        # A step inwards is what is seen where both stand first in their lines, and the one further in.
        ("<r>\n\t<x><y /></x>\n\t<a />\n</r>", '<r>\n\t<x><y /></x>\n\t<a>\n\t\t<b c="1" />\n\t</a>\n</r>'),
        ("<r>\n  <x>\n <y/>\n  </x>\n  <a/>\n</r>", '<r>\n  <x>\n <y/>\n  </x>\n  <a>\n    <b c="1" />\n  </a>\n</r>'),
        ("  <r>\n<a/>\n  </r>", '  <r>\n<a>\n    <b c="1" />\n</a>\n  </r>'),
    ],
)
def test_a_first_child_beside_a_comment_and_its_step_inwards(text: str, expected: str) -> None:
    assert added(text, "a", draft=Draft("b", (("c", "1"),))) == expected


@pytest.mark.parametrize("draft", [Draft("b c"), Draft("b", (("c d", "1"),)), Draft("b", children=(Draft("<"),)), Draft("b", (("c", "\x00"),))])
def test_a_draft_that_cannot_be_written_is_refused(draft: Draft) -> None:
    with pytest.raises(layout.NotXml):
        added("<r>\n  <a />\n</r>", draft=draft)
