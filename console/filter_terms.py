"""What a term of a filter means: the fields, the operators, and the predicate of each pair.

Knows no grammar and no feed: a predicate reads attributes by the names of FIELDS. filters.py parses.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Predicate = Callable[[Any], bool]

#: Longer ones first: a parser takes the first that fits.
OPERATORS = (">=", "<=", "!=", ":", "=", ">", "<", "~")
_ORDERED = frozenset({">", "<", ">=", "<="})


class Meaningless(ValueError):
    """The operator or the value does not fit the field; a sentence."""


@dataclass(frozen=True, slots=True)
class FilterField:
    """`attribute` of an entry. `example` is what a completion offers behind the field's name."""

    attribute: str
    kind: Literal["text", "number", "status"]
    about: str
    example: str = ":"


FIELDS: dict[str, FilterField] = {
    "url": FilterField("url", "text", "address below the site", ":/members/*"),
    "pool": FilterField("pool", "text", "application pool"),
    "site": FilterField("site", "text", "site"),
    "mode": FilterField("mode", "text", "Integrated or Classic"),
    "verb": FilterField("method", "text", "GET, POST …"),
    "status": FilterField("status", "status", "404, 404.8, 4xx", ">=400"),
    "substatus": FilterField("substatus", "number", "the number behind the status"),
    "time": FilterField("duration_us", "number", "time taken: 10ms, 2s, 800us", ">10ms"),
    "bytes": FilterField("bytes_sent", "number", "bytes sent: 800, 4kb, 2mb", ">4kb"),
    "steps": FilterField("steps", "number", "steps of the pipeline"),
    "user": FilterField("user_shown", "text", "user"),
    "client": FilterField("client", "text", "client's address"),
    "handler": FilterField("handler", "text", "handler mapping"),
    "pid": FilterField("pid", "number", "worker process"),
    "shadow": FilterField("shadow_shown", "text", "yes: run by Compare"),
}
#: Other names of the same.
FIELDS |= {"path": FIELDS["url"], "method": FIELDS["verb"]}

_DURATIONS = {"us": 1.0, "µs": 1.0, "μs": 1.0, "ms": 1e3, "s": 1e6, "": 1e3}
_SIZES = {"b": 1.0, "": 1.0, "kb": 1e3, "mb": 1e6, "gb": 1e9}
_NUMBER = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,9})?)\s*([a-zµμ]{0,2})", re.IGNORECASE)
_STATUS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3})?", re.ASCII)
_STATUS_PATTERN = re.compile(r"[0-9x*]{1,3}(?:\.[0-9x*]{1,3})?", re.IGNORECASE)


def predicate(name: str, operator: str, value: str) -> Predicate:
    """Raises Meaningless. `name` "" is a bare word: the URL contains it, or fits it where it holds a `*`."""
    field = FIELDS[name or "url"]
    if not value:
        raise Meaningless(f"{name}{operator} wants a value." if name else "An empty word finds nothing.")
    if operator == "~":
        return _pattern(field.attribute, name, value)
    if field.kind == "status":
        return _status(name, operator, value)
    if field.kind == "number":
        return _number(field, name, operator, value)
    if operator in _ORDERED:
        raise Meaningless(f"{name} is text: {name}:{value} or {name}={value}.")
    return _text(field.attribute, operator, value)


def _text(attribute: str, operator: str, value: str) -> Predicate:
    """`:` and a bare word look inside; `=` and `!=` look at the whole; with a `*` all of them do."""
    wanted = value.casefold()
    negated = operator == "!="
    if "*" in wanted:
        fits = re.compile(_wildcards(wanted), re.DOTALL).fullmatch
        return lambda entry: (fits(str(getattr(entry, attribute)).casefold()) is None) == negated
    if operator in ("=", "!="):
        return lambda entry: (str(getattr(entry, attribute)).casefold() != wanted) == negated
    return lambda entry: wanted in str(getattr(entry, attribute)).casefold()


def _wildcards(value: str) -> str:
    """Each `*` is as few characters as possible and never looked at twice: no pattern takes long."""
    first, *pieces = [re.escape(piece) for piece in re.sub(r"\*+", "*", value).split("*")]
    if not pieces:
        return first
    *inner, last = pieces
    # (?>…) keeps what a piece matched first: an earlier place is never worse for what follows a `*`.
    return first + "".join(f"(?>.*?{piece})" for piece in inner) + ".*" + last


def _pattern(attribute: str, name: str, value: str) -> Predicate:
    try:
        finds = re.compile(value, re.IGNORECASE).search
    except (re.error, RecursionError, OverflowError) as error:
        raise Meaningless(f"{name}~ wants a regular expression: {error}.") from None
    shown = "status_shown" if attribute == "status" else attribute
    return lambda entry: finds(str(getattr(entry, shown))) is not None


def _status(name: str, operator: str, value: str) -> Predicate:
    if operator in _ORDERED:
        if not _STATUS.fullmatch(value):
            raise Meaningless(f"{name}{operator} wants a status such as 404 or 404.8, not {value}.")
        if "." in value:
            wanted = tuple(int(part) for part in value.split("."))
            return _compare(operator, lambda entry: (entry.status, entry.substatus), wanted)
        return _compare(operator, lambda entry: entry.status, int(value))
    if not _STATUS_PATTERN.fullmatch(value):
        raise Meaningless(f"{name}{operator} wants a status: 404, 404.8, 4xx or 4*, not {value}.")
    digits = value.casefold()
    main, dot, sub = digits.partition(".")
    pattern = _digits(main) + (r"\." + _digits(sub) if dot else r"\..*")
    fits = re.compile(pattern).fullmatch
    return lambda entry: (fits(f"{entry.status}.{entry.substatus}") is None) == (operator == "!=")


def _digits(text: str) -> str:
    return text.replace("x", "[0-9]").replace("*", "[0-9]*")


def _number(field: FilterField, name: str, operator: str, value: str) -> Predicate:
    match = _NUMBER.fullmatch(value.strip())
    units = _DURATIONS if field.attribute == "duration_us" else _SIZES if field.attribute == "bytes_sent" else {"": 1.0}
    if match is None or match[2].casefold() not in units:
        known = [unit for unit in units if unit and unit not in ("us", "μs")]
        raise Meaningless(f"{name}{operator} wants a number{' with ' + ', '.join(known) if known else ''}, not {value}.")
    wanted = float(match[1]) * units[match[2].casefold()]
    attribute = field.attribute
    return _compare(operator, lambda entry: float(getattr(entry, attribute)), wanted)


def _compare(operator: str, read: Callable[[Any], Any], wanted: Any) -> Predicate:
    compare: dict[str, Predicate] = {
        ":": lambda entry: read(entry) == wanted, "=": lambda entry: read(entry) == wanted, "!=": lambda entry: read(entry) != wanted,
        ">=": lambda entry: read(entry) >= wanted, "<=": lambda entry: read(entry) <= wanted,
        ">": lambda entry: read(entry) > wanted, "<": lambda entry: read(entry) < wanted,
    }  # fmt: skip
    return compare[operator]
