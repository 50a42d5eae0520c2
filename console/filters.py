"""The filter language of Live Requests: bare words, field:value with *, comparisons, -not, or. Text → predicate.

Knows no feed and no widget: it reads attributes by the names of FIELDS. A filter that cannot be read is an error with a sentence.
"""

from __future__ import annotations

import fnmatch
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Predicate = Callable[[Any], bool]

#: What may stand before ":" or a comparison, and the attribute it reads.
FIELDS = {
    "pool": "pool", "site": "site", "url": "url", "path": "url", "verb": "method", "method": "method", "status": "status", "substatus": "substatus",
    "user": "user_shown", "client": "client", "mode": "mode", "handler": "handler", "pid": "pid", "time": "duration_us",
    "bytes": "bytes_sent", "shadow": "shadow_shown",
}  # fmt: skip
_NUMBERS = frozenset({"status", "substatus", "pid", "time", "bytes"})
_UNITS = {"us": 1.0, "µs": 1.0, "ms": 1000.0, "s": 1_000_000.0, "": 1000.0, "kb": 1000.0, "mb": 1_000_000.0}
_TERM = re.compile(r"(?P<field>[a-z]+)(?P<operator>>=|<=|!=|[:=<>])(?P<value>.*)", re.IGNORECASE | re.DOTALL)
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)\s*(us|µs|ms|s|kb|mb)?", re.IGNORECASE)


class BadFilter(ValueError):
    """What is wrong with a filter, as a sentence."""


@dataclass(frozen=True, slots=True)
class Filter:
    """`text` as typed; `accepts` is None where everything passes."""

    text: str = ""
    accepts: Predicate | None = None


def parse(text: str) -> Filter:
    """All terms must hold; "or" between terms starts an alternative. Raises BadFilter."""
    try:
        words = shlex.split(text, posix=True)
    except ValueError:
        words = text.split()
    alternatives: list[list[Predicate]] = [[]]
    for word in words:
        if word.casefold() == "or":
            alternatives.append([])
        elif word.casefold() != "and":
            alternatives[-1].append(_term(word))
    groups = [group for group in alternatives if group]
    if not groups:
        return Filter(text)
    if len(groups) == 1 and len(groups[0]) == 1:
        return Filter(text, groups[0][0])
    return Filter(text, lambda entry: any(all(term(entry) for term in group) for group in groups))


def _term(word: str) -> Predicate:
    if word.startswith("-") and len(word) > 1:
        inner = _term(word[1:])
        return lambda entry: not inner(entry)
    match = _TERM.fullmatch(word)
    if match is None or match["field"].casefold() not in FIELDS:
        if match is not None and match["operator"] != ":" and "/" not in word:
            raise BadFilter(f"There is no field {match['field']!r}. Fields: {', '.join(sorted(FIELDS))}.")
        return _anywhere(word.casefold())
    field = match["field"].casefold()
    if field in _NUMBERS:
        return _compare_number(field, match["operator"], match["value"])
    if match["operator"] not in (":", "=", "!="):
        raise BadFilter(f"{field} is text: use {field}:value.")
    return _compare_text(FIELDS[field], match["operator"], match["value"].casefold())


def _anywhere(needle: str) -> Predicate:
    def accepts(entry: Any) -> bool:
        return (
            needle in entry.url.casefold()
            or needle in entry.pool.casefold()
            or needle in entry.method.casefold()
            or needle in entry.user_shown.casefold()
            or needle in entry.handler.casefold()
            or needle in entry.status_shown
        )

    return accepts


def _compare_text(attribute: str, operator: str, value: str) -> Predicate:
    if any(character in value for character in "*?["):
        pattern = re.compile(fnmatch.translate(value.replace("[", "[[]")))
        if operator == "!=":
            return lambda entry: pattern.match(str(getattr(entry, attribute)).casefold()) is None
        return lambda entry: pattern.match(str(getattr(entry, attribute)).casefold()) is not None
    if operator == "!=":
        return lambda entry: value not in str(getattr(entry, attribute)).casefold()
    return lambda entry: value in str(getattr(entry, attribute)).casefold()


def _compare_number(field: str, operator: str, value: str) -> Predicate:
    if field == "status" and operator in (":", "=", "!=") and not value.isdigit():
        return _compare_text("status_shown", operator, value.casefold().replace("x", "*") if value.lower().endswith("x") else value)
    match = _NUMBER.fullmatch(value.strip())
    if match is None:
        raise BadFilter(f"{field}{operator} wants a number, not {value!r}.")
    number = float(match[1])
    unit = (match[2] or "").casefold()
    if field == "time" or (field == "bytes" and unit):
        number *= _UNITS[unit]
    attribute = FIELDS[field]
    compare: dict[str, Callable[[float], bool]] = {
        ":": lambda seen: seen == number, "=": lambda seen: seen == number, "!=": lambda seen: seen != number,
        ">=": lambda seen: seen >= number, "<=": lambda seen: seen <= number, ">": lambda seen: seen > number, "<": lambda seen: seen < number,
    }  # fmt: skip
    chosen = compare[operator]
    return lambda entry: chosen(float(getattr(entry, attribute)))
