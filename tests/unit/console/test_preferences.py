"""What is preferred is kept, and a broken file is told and ignored."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.places import Place
from console.preferences import FILE, Preferences, read


def test_everything_comes_back(tmp_path: Path) -> None:
    kept = read(tmp_path)
    assert kept.problem == ""
    kept.keep_theme("iis-dark")
    kept.keep_place(Place("modules", "S", "/a", "x"))
    kept.keep_columns("live", ("url", "status"))
    kept.keep_sort("pools", ("name", True))
    kept.keep_group("pools", "status")
    kept.keep_width("left", 40)
    kept.ascii = kept.review = True
    assert kept.told("first")
    assert not kept.told("first")
    again = read(tmp_path)
    assert again == kept
    assert again.columns_of("live", ("a",)) == ("url", "status")
    assert again.columns_of("other", ("a",)) == ("a",)
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == [FILE]
    kept.keep_sort("pools", None)
    assert read(tmp_path).sort_of("pools") is None


def test_what_was_compared_is_no_place_for_the_next_console(tmp_path: Path) -> None:
    read(tmp_path).keep_place(Place("compare", detail="17"))
    assert read(tmp_path).place == Place("live")
    (tmp_path / FILE).write_text(json.dumps({"place": ["compare", "", "", "17"]}))  # as it was once written
    assert read(tmp_path).place == Place("live")


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "nul", "\x00", "[" * 100_000, '{"theme": "x'])
def test_a_broken_file_is_told_and_ignored(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    found = read(tmp_path)
    assert str(tmp_path / FILE) in found.problem
    assert found.theme == ""
    found.keep_theme("iis-dark")
    assert read(tmp_path).problem == ""


def test_what_is_understood_beside_it_is_kept(tmp_path: Path) -> None:
    value = {"theme": "iis-dark", "widths": {"left": "wide"}, "place": ["x"], "sorts": {"a": ["b", 1]}, "unknown": 1, "tips": ["a"]}
    (tmp_path / FILE).write_text(json.dumps(value))
    found = read(tmp_path)
    assert (found.theme, found.tips, found.widths, found.place) == ("iis-dark", {"a"}, {}, None)
    assert "place, sorts, widths" in ", ".join(sorted(found.problem.partition(": ")[2].partition(" cannot")[0].split(", ")))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=60)
@given(st.dictionaries(st.sampled_from(["theme", "ascii", "place", "columns", "sorts", "groups", "widths", "tips", "review"]), JSON))
def test_any_json_is_read_without_an_error(tmp_path: Path, value: dict[str, object]) -> None:
    (tmp_path / FILE).write_text(json.dumps(value))
    found = read(tmp_path)
    found.save()
    assert read(tmp_path).problem == ""


def test_what_is_copied_is_in_a_file(tmp_path: Path) -> None:
    path = Preferences(tmp_path / "new").copied("one\ntwo\ud800")
    assert path is not None
    assert path.read_text() == "one\ntwo\\ud800\n"
    assert Preferences().copied("x") is None


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    kept = Preferences(tmp_path / "file" / "below")
    kept.keep_theme("iis-dark")
    assert "cannot be written" in kept.problem
