"""The filter language of Live Requests: what is parsed, what is refused and where, and what is printed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.filter_terms import FIELDS, OPERATORS
from console.filters import MOST_CHARACTERS, BadFilter, Filter, Term, parse
from tests.unit.console.test_filter_terms import ENTRY

#: What people type, and what breaks parsers.
PIECES = st.sampled_from(
    ["pool", "status", "time", "url", "nofield", ":", "=", "!=", ">", "<", ">=", "<=", "~", "-", "--", '"', "\\", "*", "or", "and", " ", "\t", "\n",
     "404", "4xx", "404.8", "10ms", "ſ", "İ", "\x00", "\u202e", "(", "[", "a{9999999999}", "/x?y=z", "Default*", "\u3000", "²", "µs"]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=14).map("".join), st.lists(PIECES, max_size=8).map(" ".join))


def read(text: str) -> Filter | BadFilter:
    try:
        return parse(text)
    except BadFilter as error:
        return error


@given(TEXTS)
def test_nothing_else_is_ever_raised_and_what_is_printed_means_the_same(text: str) -> None:
    found = read(text)
    if isinstance(found, BadFilter):
        assert 0 <= found.at <= len(text)
        assert found.length >= 1
        assert str(found)
        return
    again = parse(str(found))
    assert again == found
    assert str(again) == str(found)
    if found.accepts is not None and again.accepts is not None:
        assert found.accepts(ENTRY) == again.accepts(ENTRY)


@given(
    st.lists(
        st.builds(Term, st.sampled_from(["", *FIELDS]), st.sampled_from(OPERATORS), st.text(min_size=1, max_size=8), st.booleans()),
        min_size=1,
        max_size=4,
    )
)
def test_any_terms_printed_are_read_as_they_were(terms: list[Term]) -> None:
    terms = [term if term.field else Term("", "", term.value, term.negated) for term in terms]
    found = read(" ".join(map(str, terms)))
    if isinstance(found, BadFilter):  # a value that does not fit its field: nothing of the grammar
        assert "wants" in str(found) or "is text" in str(found)
        return
    assert found.alternatives == (tuple(terms),)


def test_blanks_join_and_or_parts() -> None:
    found = parse("pool:a  -url:b or  c and d")
    assert [[str(term) for term in terms] for terms in found.alternatives] == [["pool:a", "-url:b"], ["c", "d"]]
    assert str(found) == "pool:a -url:b or c d"


@pytest.mark.parametrize(
    ("text", "value"), [('pool:"a b"', "a b"), (r'pool:"a\"b"', 'a"b'), (r'pool:"a\\b"', r"a\b"), ("pool:a\\b", r"a\b"), ('pool:"a b', "a b")]
)
def test_quotes(text: str, value: str) -> None:
    assert parse(text).alternatives[0][0].value == value


def test_nothing_typed_accepts_everything() -> None:
    assert parse("").accepts is None
    assert parse(" \t ").accepts is None


@pytest.mark.parametrize(
    ("text", "at", "length", "told"),
    [
        ("colour=red", 0, 6, "no field colour"), ("url:/a colour=red", 7, 6, "no field colour"), ("a -colour:x", 3, 6, "no field colour"),
        ("or a", 0, 2, "missing before"), ("a or or b", 5, 2, "missing before"), ("a or ", 2, 2, "missing after"),
        ("-", 0, 1, "not"), ("a - b", 2, 1, "not"), ("--a", 1, 1, "One -"), ('"a"b', 3, 1, "closing quote"),
        ("pool:", 0, 5, "wants a value"), ("a status>=abc", 2, 11, "wants a status"), ("-time>fast", 1, 9, "wants a number"), ("pool>=3", 0, 7, "is text"),
        ("url~[", 0, 5, "regular expression"), ('""', 0, 2, "empty word"), ("x" * (MOST_CHARACTERS + 1), MOST_CHARACTERS, 1, "at most"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_with_its_place(text: str, at: int, length: int, told: str) -> None:
    with pytest.raises(BadFilter, match=told) as caught:
        parse(text)
    assert (caught.value.at, caught.value.length) == (at, length)


@pytest.mark.parametrize(
    ("text", "holds"), [("shop or verb:get", True), ("nothing or verb:get", False), ("-shop", False), ("status>=400 verb:get", False)]
)
def test_terms_together(text: str, holds: bool) -> None:
    accepts = parse(text).accepts
    assert accepts is not None
    assert accepts(ENTRY) is holds
