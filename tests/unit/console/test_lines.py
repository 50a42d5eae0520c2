"""Columns fall away in their declared order and grow where there is room."""

from __future__ import annotations

from console.lines import Column, Row, cell, fit, folded, line, pieces, run, sentences_in

COLUMNS = (
    Column("name", "Name", 10, grow=30),
    Column("status", "Status", 8),
    Column("apps", "Apps", 4, "right", drop=1),
    Column("id", "Identity", 12, drop=2),
)
NATURAL = {"name": 20, "status": 8, "apps": 4, "id": 12}


def test_all_fit_and_the_first_grows() -> None:
    assert [(column.id, width) for column, width in fit(COLUMNS, NATURAL, 60)] == [("name", 20), ("status", 8), ("apps", 4), ("id", 12)]


def test_the_highest_drop_goes_first() -> None:
    assert [column.id for column, _ in fit(COLUMNS, NATURAL, 30)] == ["name", "status", "apps"]
    assert [column.id for column, _ in fit(COLUMNS, NATURAL, 22)] == ["name", "status"]


def test_columns_without_drop_never_go() -> None:
    fitted = fit(COLUMNS, NATURAL, 10)
    assert [column.id for column, _ in fitted] == ["name", "status"]
    assert fitted[0][1] >= 4


def test_cells_sort_numbers_before_texts() -> None:
    values = [cell("b"), cell(3, order=3.0), cell("A"), cell(1, order=1.0)]
    assert [value.run.text.plain for value in sorted(values, key=lambda value: value.sort_key)] == ["1", "3", "A", "b"]


def test_a_row_matches_what_is_shown() -> None:
    row = Row("k", {"name": cell("Classic .NET")})
    assert row.matches("classic")
    assert not row.matches("integrated")


def test_a_long_line_goes_on_below_under_its_sign() -> None:
    told = "+   <add name=" + "x" * 30
    assert list(pieces(told, 20)) == ["+   <add name=xxxxxx", "+" + " " * 7 + "x" * 12, "+" + " " * 7 + "x" * 12]
    assert "".join(piece.strip("+ ") for piece in pieces(told, 20)) == told.strip("+ ")
    assert list(pieces("short", 20)) == ["short"]
    assert list(pieces("to replace it, <remove> it first", 28)) == ["to replace it, <remove> it ", "first"], "words stay whole"
    assert list(pieces('-   <add a="b" c="d" />', 20)) == ['-   <add a="b" ', '-       c="d" />']
    assert all(len(piece) <= 10 for piece in pieces(" " * 30 + "x" * 30, 10)), "however far in it begins"
    one = line(run(told, "good", bold=True))
    assert [(len(entry.left[0].text.plain), entry.left[0].role, entry.left[0].bold) for entry in folded(one, 20)] == [(20, "good", True)] * 3
    two = line(run("a" * 30), run("b"))
    assert folded(two, 20) == [two], "what has several stretches has an order of its own"


def test_a_sentence_stands_whole_or_not_at_all() -> None:
    text = "What is kept. Where (e.g. here). Who may see it."
    assert sentences_in(text, 60) == text
    assert sentences_in(text, 40) == "What is kept. Where (e.g. here)."
    assert sentences_in(text, 5) == "What is kept."
    assert sentences_in("One without an end", 5) == "One without an end"


def test_runs_are_escaped_when_they_are_made() -> None:
    assert line(run("\x1b[0m")).left[0].text.plain == "␛[0m"
