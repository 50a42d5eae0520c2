"""Fields of dialogs from the schema: kind, choices, default and range of an attribute are read there and written nowhere else.

Knows no widget and no configuration. forms.py says what a Field is; model/schema what an attribute accepts.
"""

from __future__ import annotations

import re

from console.forms import Field
from console.units import count
from console.wording.names import label as label_of
from model.schema import AttributeSchema
from model.schema.value import fault, parse

_RANGE = re.compile(r"(integerRange|timeSpanRange)\((-?\d+),(-?\d+)(?:,(\w+))?\)")
#: Words for the values of a switch.
Words = tuple[tuple[str, str], ...]


def field_of(attribute: AttributeSchema, initial: str, *, id: str = "", label: str = "", words: Words = (), hint: str = "") -> Field:
    """The dialog's field of an attribute; `words` replaces the schema's names of values."""
    name = f"{label or label_of(attribute.name)}:"
    field_id = id or attribute.name
    if attribute.type == "bool" and not words:
        return Field(field_id, name.rstrip(":"), "check", initial.lower() or "false", hint=hint)
    choices = words or tuple((value, value) for value in attribute.names) if attribute.type in ("enum", "bool") else ()
    if choices:
        numbers = {str(number): value for value, number in attribute.values}
        known = next((value for value, _ in choices if value.lower() == initial.lower()), numbers.get(initial, initial))
        return Field(field_id, name, "choice", known, with_own(choices, known), hint)
    return Field(field_id, name, "text", initial, hint=hint or accepts(attribute))


def with_own(choices: Words, value: str) -> Words:
    """What the file says can stay, also where nobody offers it."""
    return choices if not value or any(value == known for known, _ in choices) else (*choices, (value, value))


def accepts(attribute: AttributeSchema) -> str:
    """What may be written there, in words; "" for free text."""
    found = _RANGE.fullmatch(attribute.validation)
    if attribute.type == "flags":
        return f"Any of {', '.join(attribute.names)}"
    if attribute.type == "timeSpan":
        plain = f"A number of {attribute.unit}, or d.hh:mm:ss" if attribute.unit else "d.hh:mm:ss"
        return f"{plain}, from {span(int(found[2]))} to {span(int(found[3]))}" if found else plain
    if found and found[4] != "exclude":
        return f"A whole number from {count(int(found[2]))} to {count(int(found[3]))}"
    if attribute.type in ("uint", "int", "int64"):
        return "A whole number" + (" that is not negative" if attribute.type == "uint" else "")
    return ""


def span(seconds: int) -> str:
    """Seconds as a person says them: "5 minutes", "1 day 5 hours"."""
    parts = []
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1)):
        number, seconds = divmod(seconds, size)
        if number:
            parts.append(f"{number} {unit}{'s' if number != 1 else ''}")
    return " ".join(parts[:2]) or "0"


def wrong(attribute: AttributeSchema, text: str) -> str:
    """Why the schema refuses the text; "" where it does not."""
    if attribute.required and not text.strip():
        return "This must be filled in."
    if not text and attribute.type != "string":
        return "" if not attribute.default else "This must be filled in."
    problem = fault(attribute, text)
    return f"{problem}." if problem and not problem.endswith(".") else problem


def same(attribute: AttributeSchema, first: str, second: str) -> bool:
    """Whether two texts say the same: switches and names by what they mean, all others by their letters."""
    if attribute.type not in ("bool", "enum"):
        return first == second
    try:
        return parse(attribute, first) == parse(attribute, second)
    except ValueError:
        return first == second


def shown(attribute: AttributeSchema, text: str, words: Words = ()) -> str:
    """A value in a list: switches by their words, a secret never."""
    if attribute.encrypted and text:
        return "●●●●●●"
    return next((word for value, word in words if value.lower() == text.lower()), text)
