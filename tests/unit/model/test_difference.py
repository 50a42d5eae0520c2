"""Differences of texts."""

from __future__ import annotations

import random
import time

from hypothesis import given
from hypothesis import strategies as st

from model.difference import Replacement, difference, excerpt, replaced, reverse, shared_ends, unified

TEXT = st.lists(st.sampled_from(["a\n", "b\r\n", "abc\n", "\n", "x"]), max_size=12).map("".join)


@given(TEXT, TEXT)
def test_replacements_lead_there_and_back(before: str, after: str) -> None:
    found = difference(before, after)
    assert replaced(before, found) == after
    assert replaced(after, reverse(found)) == before


def test_only_what_differs_is_replaced() -> None:
    before = 'a\n  <add mode="Integrated"/>\nb\nc\n'
    after = 'a\n  <add mode="Classic"/>\nb\nnew\nc\n'
    assert difference(before, after) == (
        Replacement(before.index("Integrated"), "Integrated", "Classic"),
        Replacement(before.index("c\n"), "", "new\n"),
    )
    assert difference(before, before) == ()


def test_a_text_that_does_not_hold_what_is_replaced_is_refused() -> None:
    assert replaced("abc", (Replacement(1, "x", "y"),)) is None
    assert replaced("abc", (Replacement(2, "cd", "y"),)) is None
    assert replaced("abc", (Replacement(9, "", "y"),)) is None
    assert replaced("abcabc", (Replacement(3, "a", "x"), Replacement(1, "b", "y"))) is None


def test_large_and_repetitive_texts_are_compared_quickly() -> None:
    before = "same\n" * 50_000 + "end\n"
    after = "start\n" + "same\n\n" * 50_000
    began = time.process_time()
    assert replaced(before, difference(before, after)) == after
    assert time.process_time() - began < 1.0


def test_a_diff_for_reading_names_the_file() -> None:
    assert unified("a\r\nb\r\n", "a\r\nc\r\n", "web.config").splitlines() == ["--- web.config", "+++ web.config", "@@ -1,2 +1,2 @@", " a", "-b", "+c"]


def test_a_diff_of_very_many_lines_is_their_number() -> None:
    numbers = random.Random(1)
    lines = [f"{numbers.randrange(2000)}\n" for _ in range(200_000)]
    began = time.process_time()
    shown = unified("start\n" + "".join(lines), "start\n" + "".join(reversed(lines)) + "end\n", "f")
    assert shown.splitlines() == ["--- f", "+++ f", "200000 lines became 200001 lines"]
    assert time.process_time() - began < 1.0


@given(st.text("ab\n", max_size=12), st.text("ab\n", max_size=12))
def test_shared_ends_are_all_that_two_texts_share_and_do_not_overlap(one: str, other: str) -> None:
    head, tail = shared_ends(one, other)
    between = one[head : len(one) - tail], other[head : len(other) - tail]
    assert (one[:head] + between[1] + one[len(one) - tail :], head + tail <= min(len(one), len(other))) == (other, True)
    assert not between[0] or not between[1] or (between[0][0] != between[1][0] and between[0][-1] != between[1][-1])


_XML = st.lists(st.sampled_from(["<a/>\n", "<b\n", " c='1'/>\n", "<d>\n", "</d>\n", "\n", "text"]), max_size=30).map("".join)


@given(_XML, _XML, _XML, st.integers(0, 4))
def test_outside_the_excerpt_both_are_the_same(head: str, middle: str, other: str, context: int) -> None:
    before, after = head + middle + head[::-1], head + other + head[::-1]
    old, new, above = excerpt(before, after, context=context)
    start = sum(len(line) + 1 for line in before.split("\n")[:above])
    assert before[start:].startswith(old)
    assert before[:start] + new + before[start + len(old) :] == after
    assert not start or before[start:].lstrip().startswith("<")


def test_the_excerpt_of_a_large_text_is_small_and_its_lines_are_numbered_as_in_the_whole() -> None:
    before = "".join(f"<add name='{number}'\n  value='x' />\n" for number in range(5000))
    after = before.replace("name='2500'", "name='new'")
    part = excerpt(before, after)
    assert len(part[0].splitlines()) < 12
    assert part[0].startswith("<")
    assert unified(*part[:2], "f", above=part[2]) == unified(before, after, "f")
