"""What can be typed next in a filter: fields, operators, and values that were seen. Text → whole texts to go on with.

Knows no widget and no feed: it is given the values. filters.py parses what comes of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from console.filter_terms import FIELDS, OPERATORS

#: The values of a field that were seen, most useful first.
Seen = Callable[[str], Iterable[str]]
_LAST = re.compile(r'(?:^|\s)-?(?P<word>[^\s"]*(?:"[^"]*)?)$')
_TERM = re.compile(r"(?P<field>[^\W\d_]+)(?P<operator>" + "|".join(map(re.escape, OPERATORS)) + r')(?P<value>"?.*)', re.DOTALL)


def completions(text: str, seen: Seen, most: int = 8) -> list[str]:
    """Whole texts that begin with `text`, the likeliest first; empty where nothing fits what is being typed."""
    match = _LAST.search(text)
    word = match["word"] if match is not None else ""
    if not word:
        return []
    term = _TERM.fullmatch(word)
    if term is None:
        return [text + rest for rest in _fields(word)][:most]
    name = term["field"].casefold()
    if name not in FIELDS:
        return []
    quoted = term["value"].startswith('"')
    begun = term["value"].lstrip('"')
    found = []
    for value in seen(name):
        if len(value) > len(begun) and value.casefold().startswith(begun.casefold()):
            found.append(text + _rest(value, begun, quoted))
    return [entry for entry in dict.fromkeys(found) if entry != text][:most]


def _rest(value: str, begun: str, quoted: bool) -> str:
    """What is missing of `value`. A value with a blank needs quotes, which can only be opened before it: a `*` ends it instead."""
    missing = value[len(begun) :]
    if quoted:
        return missing + '"'
    if not any(character.isspace() for character in value):
        return missing
    if not begun:
        return f'"{value}"'
    return missing.split()[0] + "*" if not missing[0].isspace() else "*"


def _fields(word: str) -> list[str]:
    """The rest of every field's name that begins so, with an operator that it is mostly used with."""
    return [name[len(word) :] + FIELDS[name].example[:1] for name in FIELDS if name.startswith(word.casefold()) and name != word.casefold()] or [
        FIELDS[name].example for name in FIELDS if name == word.casefold()
    ]


def fields_told(text: str) -> list[tuple[str, str]]:
    """(field with example, what it is) for the fields that the last word may become: the line under an empty field."""
    match = _LAST.search(text)
    word = (match["word"] if match is not None else "").casefold()
    return [(f"{name}{field.example}", field.about) for name, field in FIELDS.items() if name.startswith(word) and name not in ("path", "method")]
