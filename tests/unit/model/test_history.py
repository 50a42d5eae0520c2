"""Undo out of order: entries move over one another, or say that they touch."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.difference import difference, replaced, reverse, unified
from model.history import Change, Entry, History, UndoConflict

FILE = Path("f")


def entry(before: str, after: str, *, foreign: bool = False, path: Path = FILE) -> Entry:
    return Entry(f"{before} to {after}", 0.0, foreign, (Change(path, difference(before, after), diff=unified(before, after, path.name)),))


def log(*texts: str, foreign: tuple[int, ...] = ()) -> History:
    """The history of a file that had these texts one after the other; `foreign` numbers the steps (from 1) of others."""
    history = History()
    for number, (before, after) in enumerate(itertools.pairwise(texts), 1):
        history = history.record(entry(before, after, foreign=number in foreign))
    return history


def undone(text: str, last: Entry) -> str:
    result = replaced(text, reverse(last.changes[0].replacements))
    assert result is not None
    return result


def test_the_newest_own_entry_goes_first() -> None:
    history = log("a", "ab", "abc")
    newest = history.newest_own
    assert newest is not None
    assert newest.label == "ab to abc"
    history, last = history.without(newest)
    assert undone("abc", last) == "ab"
    assert [kept.label for kept in history.entries] == ["a to ab"]


def test_an_own_entry_moves_over_later_foreign_ones() -> None:
    history = log("1 x y 2", "1 own y 2", "foreign 1 own y 2", "foreign 1 own y 2 more", foreign=(2, 3))
    newest = history.newest_own
    assert newest is not None
    history, last = history.without(newest)
    now = undone("foreign 1 own y 2 more", last)
    assert now == "foreign 1 x y 2 more"
    # What is left leads from the first text to this one.
    text = "1 x y 2"
    for kept in history.entries:
        text = replaced(text, kept.changes[0].replacements) or ""
    assert text == now


@pytest.mark.parametrize("after", ["1 OWN 2", "1 ow", "1 ownmore 2", "1 xown 2"])
def test_what_touches_the_same_place_is_a_conflict(after: str) -> None:
    history = log("1 a 2", "1 own 2", after, foreign=(2,))
    newest = history.newest_own
    assert newest is not None
    with pytest.raises(UndoConflict) as caught:
        history.without(newest)
    assert caught.value.later.foreign
    assert caught.value.diff.endswith("-1 a 2\n+1 own 2")


def test_other_files_are_in_nobodys_way() -> None:
    history = log("a", "b").record(entry("a", "c", foreign=True, path=Path("g")))
    newest = history.newest_own
    assert newest is not None
    assert history.without(newest)[1].changes[0].replacements[0].before == "a"


def test_a_file_that_came_or_went_since_is_a_conflict() -> None:
    gone = Entry("gone", 0.0, True, (Change(FILE, (), b"b", None),))
    history = log("a", "b").record(gone)
    newest = history.newest_own
    assert newest is not None
    with pytest.raises(UndoConflict):
        history.without(newest)


def test_undo_twice_and_redo_twice() -> None:
    history = log("a", "ab", "ac")
    for _ in range(2):
        newest = history.newest_own
        assert newest is not None
        history, _last = history.without(newest)
    assert history.entries == ()
    history, first = history.redone()
    assert first.label == "a to ab"
    history, second = history.redone()
    assert second.label == "ab to ac"
    assert history.undone == ()


def test_a_foreign_change_moves_what_can_be_redone() -> None:
    history = log("1 a 2", "1 own 2")
    newest = history.newest_own
    assert newest is not None
    history, _last = history.without(newest)
    history = history.record(entry("1 a 2", "foreign 1 a 2", foreign=True))
    _history, again = history.redone()
    assert replaced("foreign 1 a 2", again.changes[0].replacements) == "foreign 1 own 2"


def test_a_foreign_change_of_the_same_place_ends_redo() -> None:
    history = log("1 a 2", "1 own 2")
    newest = history.newest_own
    assert newest is not None
    history, _last = history.without(newest)
    assert history.record(entry("1 a 2", "1 other 2", foreign=True)).undone == ()


def test_an_own_change_ends_redo() -> None:
    history = log("a", "b")
    newest = history.newest_own
    assert newest is not None
    history, _last = history.without(newest)
    assert history.record(entry("a", "c")).undone == ()


def test_the_oldest_entries_are_forgotten() -> None:
    history = log(*("x" * number for number in range(1, 1004)))
    assert len(history.entries) == 1000
    newest = history.newest_own
    assert newest is not None
    assert undone("x" * 1003, history.without(newest)[1]) == "x" * 1002


WORDS = st.lists(st.sampled_from("abcd"), min_size=9, max_size=9)
#: What one step writes, by line: several places of a text change at once.
STEP = st.dictionaries(st.integers(0, 8), st.sampled_from(["", "X", "YY", "long one"]), min_size=1, max_size=4)


@given(WORDS, st.sets(st.integers(0, 8), min_size=1, max_size=3), st.lists(STEP, max_size=3), STEP)
def test_undo_around_foreign_edits_leaves_them_standing(
    words: list[str], mine: set[int], others: list[dict[int, str]], later: dict[int, str]
) -> None:
    """Words stand apart, in lines that are like no other, so edits of different words never touch: undo must give the text as if mine had
    never been, and redo bring it back."""

    def text(words: list[str]) -> str:
        return "".join(f"<{place}: {word}>\n<!-- {place} -->\n" for place, word in enumerate(words))

    changed = ["MINE" * 20 if place in mine else word for place, word in enumerate(words)]
    texts, as_if = [text(words), text(changed)], [*words]
    for step in others:
        for place in step.keys() - mine:
            changed[place] = as_if[place] = step[place]
        texts.append(text(changed))
    history = log(*texts, foreign=tuple(range(2, len(texts))))
    newest = history.newest_own
    assert newest is not None
    history, last = history.without(newest)
    assert undone(texts[-1], last) == text(as_if)
    before = text(as_if)
    for place in later.keys() - mine:
        changed[place] = as_if[place] = later[place]
    history, again = history.record(entry(before, text(as_if), foreign=True)).redone()
    assert replaced(text(as_if), again.changes[0].replacements) == text(changed)
    now = text(words)
    for kept in history.entries:
        now = replaced(now, kept.changes[0].replacements) or ""
    assert now == text(changed)
