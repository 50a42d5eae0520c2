"""The filter language of Live Requests: `field op value` joined by blanks (and), `or`, `-` before a term (not). Text ↔ Filter.

Knows no feed and no widget. What a term means is filter_terms.py; what can be typed next is filter_completion.py.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from console.filter_terms import FIELDS, OPERATORS, Meaningless, predicate

Predicate = Callable[[Any], bool]

_FIELD = re.compile(r"(?P<field>[^\W\d_]+)(?P<operator>" + "|".join(map(re.escape, OPERATORS)) + ")")
_WORDS = frozenset({"or", "and"})
#: Longer than anybody types; a pasted page is no filter.
MOST_CHARACTERS = 2000


class BadFilter(ValueError):
    """What is wrong with a filter, as a sentence; `at` and `length` say where in the text."""

    def __init__(self, message: str, at: int, length: int = 1) -> None:
        super().__init__(message)
        self.at, self.length = at, max(1, length)


@dataclass(frozen=True, slots=True)
class Term:
    """`field` is "" for a bare word, which searches the URL. `at`, `end`: where it stands in the text that was parsed."""

    field: str
    operator: str
    value: str
    negated: bool = False
    at: int = dataclasses.field(default=0, compare=False)
    end: int = dataclasses.field(default=0, compare=False)

    def __str__(self) -> str:
        return f"{'-' if self.negated else ''}{self.field}{self.operator}{self._printed_value()}"

    def _printed_value(self) -> str:
        value = self.value
        plain = value and not any(character.isspace() for character in value) and not value.startswith('"')
        if not self.field:
            plain = plain and not value.startswith("-") and value.casefold() not in _WORDS and not _FIELD.match(value)
        if plain:
            return value
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'


@dataclass(frozen=True, slots=True)
class Filter:
    """Alternatives, each a conjunction of terms; none of them: everything passes. `text` as typed."""

    text: str = dataclasses.field(default="", compare=False)
    alternatives: tuple[tuple[Term, ...], ...] = ()
    #: None where everything passes.
    accepts: Predicate | None = dataclasses.field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        return " or ".join(" ".join(map(str, terms)) for terms in self.alternatives)


def parse(text: str) -> Filter:
    """Raises BadFilter and nothing else."""
    if len(text) > MOST_CHARACTERS:
        raise BadFilter(f"A filter has at most {MOST_CHARACTERS} characters.", MOST_CHARACTERS)
    alternatives: list[list[Term]] = [[]]
    at = _skip_blanks(text, 0)
    joint: tuple[int, str] | None = None
    while at < len(text):
        word = _word(text, at)
        if word.casefold() == "or":
            if not alternatives[-1]:
                raise BadFilter("or stands between two terms: one is missing before it.", at, 2)
            alternatives.append([])
            joint = (at, word)
            at += len(word)
        elif word.casefold() == "and":
            at += len(word)  # a blank says the same
        else:
            term, at = _term(text, at)
            alternatives[-1].append(term)
        at = _skip_blanks(text, at)
    if joint is not None and not alternatives[-1]:
        raise BadFilter("or stands between two terms: one is missing after it.", joint[0], 2)
    groups = tuple(tuple(terms) for terms in alternatives if terms)
    return Filter(text, groups, _accepts(groups))


def _accepts(groups: tuple[tuple[Term, ...], ...]) -> Predicate | None:
    compiled = [[_meaning(term) for term in terms] for terms in groups]
    if not compiled:
        return None
    if len(compiled) == 1 and len(compiled[0]) == 1:
        return compiled[0][0]
    if len(compiled) == 1:
        only = compiled[0]
        return lambda entry: all(holds(entry) for holds in only)
    return lambda entry: any(all(holds(entry) for holds in terms) for terms in compiled)


def _meaning(term: Term) -> Predicate:
    try:
        holds = predicate(term.field, term.operator, term.value)
    except Meaningless as error:
        at = term.at + term.negated
        raise BadFilter(str(error), at, term.end - at) from None
    return (lambda entry: not holds(entry)) if term.negated else holds


def _skip_blanks(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _word(text: str, at: int) -> str:
    """From `at` to the next blank."""
    end = at
    while end < len(text) and not text[end].isspace():
        end += 1
    return text[at:end]


def _term(text: str, at: int) -> tuple[Term, int]:
    """The term at `at`, and where it ends."""
    began = at
    negated = text[at] == "-"
    at += negated
    if negated and (at >= len(text) or text[at].isspace()):
        raise BadFilter("- means not: a term follows it without a blank.", began)
    if negated and text[at] == "-":
        raise BadFilter("One - is enough. A word that begins with - is put in quotes.", at)
    match = _FIELD.match(text, at)
    name, operator = "", ""
    if match is not None:
        name, operator = match["field"].casefold(), match["operator"]
        if name not in FIELDS:
            text_of = _word(text, at)
            raise BadFilter(
                f'There is no field {match["field"]}. Fields: {", ".join(FIELDS)}. To search the URL for it: "{text_of}"', at, len(match["field"])
            )
        at = match.end()
    value, at = _quoted(text, at) if at < len(text) and text[at] == '"' else (_word(text, at), at + len(_word(text, at)))
    return Term(name, operator, value, negated, began, at), at


def _quoted(text: str, at: int) -> tuple[str, int]:
    """The value in quotes that begins at `at`. One that is not closed yet ends with the text: it is being typed."""
    pieces: list[str] = []
    at += 1
    while at < len(text) and text[at] != '"':
        if text[at] == "\\" and text[at + 1 : at + 2] in ('"', "\\"):
            at += 1
        pieces.append(text[at])
        at += 1
    at += 1
    if at < len(text) and not text[at].isspace():
        raise BadFilter("After a closing quote comes a blank.", at)
    return "".join(pieces), min(at, len(text))
