"""Lists of entries: rows, names and keys of entries; inherited, locked and hostile ones; what a page of a list says."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.collection import (
    NOT_EXECUTED,
    Collection,
    Part,
    Selected,
    collection_page,
    columns,
    detail,
    entries,
    executed,
    lists_of,
    rows_of,
    selected,
)  # fmt: skip
from console.lines import Row
from console.listing import View
from console.places import Target
from model.edits import Step
from tests.support.console_views import AT_SITE, view
from tests.support.meaning import web

HOSTILE = "\u202e[b]evil[/b]"
FILES = Collection("system.webServer/defaultDocument", "file", (Part("value", "Name"),), "files", ordered=True)
ERRORS = Collection(
    "system.webServer/httpErrors", "Error Page",
    (Part("statusCode", "Status", align="right"), Part("responseMode", "Type", words=(("File", "A file"),), group=True, drop=2), Part("path", "Path"), Part("prefixLanguageFilePath", "Languages", empty="none")),
)  # fmt: skip
RULES = Collection("system.web/authorization", "Rule", (Part(".", "Mode", words=(("allow", "Allow"),), group=True), Part("users", "Users")))
INNER = f"""<system.webServer><defaultDocument><files><clear /><add value="a.htm" /><add value="{HOSTILE}" /></files></defaultDocument>
<httpErrors><clear /><error statusCode="404" path="x.htm" lockItem="true" /><error statusCode="500" subStatusCode="19" responseMode="Redirect" path="/e" /></httpErrors>
</system.webServer>"""
WEB = {
    "s/web.config": web(
        '<system.webServer><defaultDocument><files><add value="b.htm" /></files></defaultDocument></system.webServer>'
        '<system.web><authorization><deny users="eve" /><deny users="eve" /><allow users="*" roles="r" /></authorization></system.web>'
    )
}


@pytest.fixture
def seen(tmp_path: Path) -> View:
    return view(tmp_path, INNER, AT_SITE, WEB)


def texts(row: Row, *names: str) -> tuple[str, ...]:
    return tuple(row.cells[name].run.text.plain for name in names)


def said(seen: View, row: Row) -> str:
    return "\n".join("".join(run.text.plain for run in found.left) for found in detail(seen, row.key))


def test_local_entries_are_bold_and_inherited_ones_quiet(seen: View) -> None:
    rows = rows_of(seen, FILES)
    assert [texts(row, "order", "entry") for row in rows] == [("1", "Local"), ("2", "Inherited"), ("3", "Inherited")]
    assert [row.cells["value"].run.bold for row in rows] == [True, False, False]
    assert texts(rows[0], "value") == ("b.htm",)
    assert rows[1].groups["entry"] == ("Inherited", "heading")


def test_hostile_text_is_made_visible(seen: View) -> None:
    row = rows_of(seen, FILES)[2]
    assert "\u202e" not in "".join(texts(row, "value")) + said(seen, row)
    assert "evil" in texts(row, "value")[0]


def test_numbers_words_and_empty_values(seen: View) -> None:
    first, second = rows_of(seen, ERRORS)
    assert texts(first, "statusCode", "responseMode", "path") == ("404", "A file", "x.htm")
    assert texts(second, "responseMode", "prefixLanguageFilePath") == ("Redirect", "none")
    assert (first.cells["statusCode"].order, first.cells["path"].order) == (404.0, None)
    assert (first.groups["responseMode"], "path" in first.groups) == (("A file", "heading"), False)


def test_a_locked_entry_says_so(seen: View) -> None:
    first, second = rows_of(seen, ERRORS)
    assert texts(first, "entry") == ("Inherited  locked",)
    assert "500.19" in said(seen, first)
    assert "500.19" not in said(seen, second)


def test_the_detail_holds_what_columns_cut_and_where_it_is_written(seen: View) -> None:
    words = said(seen, rows_of(seen, ERRORS)[1])
    assert words.startswith("500 19")
    assert "subStatusCode 19" in words
    assert "applicationHost.config:" in words


def test_an_entry_is_called_by_its_key(seen: View) -> None:
    entry = entries(seen, ERRORS)[1]
    assert ERRORS.key_of(entry) == (("statusCode", "500"), ("subStatusCode", "19"))
    assert ERRORS.step_of(entry) == Step("error", ERRORS.key_of(entry))
    assert ERRORS.name_of(entry) == "500 19"


def test_equal_names_are_told_apart(seen: View) -> None:
    rows = rows_of(seen, RULES)[:3]
    assert len({row.key for row in rows}) == 3
    assert rows[1].key.name.endswith("(2)")
    assert [texts(row, ".")[0] for row in rows] == ["deny", "deny", "Allow"]


def test_a_name_that_looks_like_a_counted_one_keeps_its_own_row(tmp_path: Path) -> None:
    rules = '<system.web><authorization><deny users="a" /><deny users="a (2)" /><deny users="a" /></authorization></system.web>'
    rows = rows_of(view(tmp_path, place=AT_SITE, files={"s/web.config": web(rules)}), RULES)
    assert len({row.key for row in rows}) == len(rows)


def test_an_empty_collection_has_no_rows(tmp_path: Path) -> None:
    empty = view(tmp_path, "<system.webServer><defaultDocument><files><clear /></files></defaultDocument></system.webServer>")
    assert rows_of(empty, FILES) == []


def test_a_list_of_an_entry_that_is_not_there_is_empty(seen: View) -> None:
    bindings = Collection(
        "system.applicationHost/sites", "binding", (Part("protocol", "P"),), steps=(Step("site", (("name", "T"),)), Step("bindings"))
    )
    assert entries(seen, bindings) == ()
    here = Collection(bindings.section, "binding", bindings.parts, steps=(Step("site", (("name", "S"),)), Step("bindings")))
    assert [entry.get("bindingInformation") for entry in entries(seen, here)] == ["127.0.0.1:8080:"]


def test_selected_entries_and_other_targets(seen: View) -> None:
    row = rows_of(seen, FILES)[0]
    chosen = selected(row.key)
    assert isinstance(chosen, Selected)
    assert (chosen.section, chosen.local, chosen.source) == (FILES.section, True, chosen.entry.source)
    assert selected(Target("pool", "P")) is None
    assert list(detail(seen, None)) == list(detail(seen, Target("pool", "P"))) == []


def test_columns_number_what_is_ordered() -> None:
    assert [column.id for column in columns(FILES)] == ["order", "value", "entry"]
    assert [(column.id, column.drop, column.align) for column in columns(ERRORS)][:2] == [("statusCode", 0, "right"), ("responseMode", 2, "left")]


@pytest.mark.parametrize(
    ("section", "note", "told"), [("a/b", None, NOT_EXECUTED), (FILES.section, None, ""), ("a/b", "Mine.", "Mine."), ("a/b", "", "")]
)
def test_a_page_says_what_is_not_executed(section: str, note: str | None, told: str) -> None:
    page = collection_page("x", "X", "Sentence.", Collection(section, "thing", RULES.parts), note=note)
    assert page.sentence == f"Sentence. {told}".strip()
    assert executed(section) is (section == FILES.section)


def test_a_page_groups_by_its_parts_and_has_its_list(seen: View) -> None:
    page = collection_page("x", "X", "S.", FILES)
    assert (page.groups[0], page.empty) == (("", "Ordered List"), "No file is set. + adds one.")
    assert collection_page("x", "X", "S.", ERRORS).groups == (("", "No Grouping"), ("entry", "Entry Type"), ("responseMode", "Type"))
    assert lists_of(page, seen) == (FILES,)
    assert [row.key for row in page.rows(seen)] == [row.key for row in rows_of(seen, FILES)]


def test_attributes_that_the_schema_has_not() -> None:
    assert ERRORS.attribute("statusCode").type == "uint"
    assert (ERRORS.attribute("nothing").type, ERRORS.attribute("nothing").default) == ("string", "")
    assert (ERRORS.dialog, ERRORS.words("path")) == (("statusCode", "responseMode", "path", "prefixLanguageFilePath"), ())
