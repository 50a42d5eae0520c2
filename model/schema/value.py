"""Values of attributes: what a text means by the schema's type, and whether the schema accepts it.

Knows no elements and no files. A fault is a sentence about the value ("It must be true or false"); merge.py says of which.
"""

from __future__ import annotations

import re

from model.schema.element import AttributeSchema

Value = str | bool | int | float | tuple[str, ...]

INFINITE = float("inf")
_SPAN = re.compile(r"(?:(\d+)\.)?(\d{1,4}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7}))?)?")
_RANGE = re.compile(r"(\w+)\(([^)]*)\)")
_BOUNDS = {"uint": (0, 2**32 - 1), "int": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
_NAME_CHARACTERS = {"applicationPoolName": '|<>&"/[]+=;:,?*@', "siteName": "/?"}


def parse(attribute: AttributeSchema, text: str) -> Value:
    """The Python value: bool, int, seconds (float), a tuple of flags, or text. Raises ValueError with the reason."""
    kind = attribute.type
    if kind == "bool":
        return _boolean(text)
    if kind in _BOUNDS:
        if attribute.infinite and text.lower() == "infinite":
            return INFINITE
        return _integer(text, *_BOUNDS[kind])
    if kind == "timeSpan":
        return seconds(text, attribute)
    if kind == "enum":
        return _named(attribute, text)
    if kind == "flags":
        return tuple(_named(attribute, part.strip()) for part in text.split(",") if part.strip())
    return text


def fault(attribute: AttributeSchema, text: str) -> str:
    """Why the schema refuses this text, "" where it accepts it."""
    try:
        value = parse(attribute, text)
    except ValueError as error:
        return str(error)
    return _validation(attribute.validation, text, value) if attribute.validation else ""


def seconds(text: str, attribute: AttributeSchema | None = None) -> float:
    if attribute is not None and attribute.infinite and text.lower() == "infinite":
        return INFINITE
    if attribute is not None and attribute.unit and text.strip().isdigit():
        return float(int(text)) * (60.0 if attribute.unit == "minutes" else 1.0)
    match = _SPAN.fullmatch(text.strip())
    if match is None:
        raise ValueError("It must be a time span, hh:mm:ss or d.hh:mm:ss")
    days, hours, minutes, rest, fraction = match.groups()
    whole = int(days or 0) * 86400 + int(hours) * 3600 + int(minutes) * 60 + int(rest or 0)
    return float(whole) + (int(fraction) / 10 ** len(fraction) if fraction else 0.0)


def _boolean(text: str) -> bool:
    lowered = text.lower()
    if lowered not in ("true", "false"):
        raise ValueError("It must be true or false")
    return lowered == "true"


def _integer(text: str, least: int, most: int) -> int:
    try:
        number = int(text.strip(), 0)
    except ValueError:
        raise ValueError("It must be a whole number") from None
    if not least <= number <= most:
        raise ValueError(f"It must be a whole number from {least} to {most}")
    return number


def _named(attribute: AttributeSchema, text: str) -> str:
    lowered = text.lower()
    for name, number in attribute.values:
        if name.lower() == lowered or str(number) == text:
            return name
    kind = "one" if attribute.type == "enum" else "any number"
    raise ValueError(f"It must be {kind} of {', '.join(attribute.names)}")


def _validation(rule: str, text: str, value: Value) -> str:
    match = _RANGE.fullmatch(rule)
    if match is not None and isinstance(value, int | float):
        return _range_fault(match[1], match[2].split(","), value)
    if rule == "nonEmptyString" and not text:
        return "It must not be empty"
    if rule == "requireTrimmedString" and text != text.strip():
        return "It must not begin or end with white space"
    if rule in _NAME_CHARACTERS:
        return _name_fault(rule, text)
    if rule in ("applicationPath", "virtualDirectoryPath") and text:
        return _path_fault(text)
    return ""


def _range_fault(kind: str, words: list[str], value: float) -> str:
    if value == INFINITE:
        return ""
    least, most = int(words[0]), int(words[1])
    if kind == "timeSpanRange":
        grain = int(words[2]) if len(words) > 2 else 1
        if least <= value <= most and (value == least or value % grain == 0):
            return ""
        return f"It must be {least} to {most} seconds in steps of {grain}"
    exclude = words[-1] == "exclude"
    if (least <= value <= most) is not exclude:
        return ""
    return f"It must be outside {least} to {most}" if exclude else f"It must be a whole number from {least} to {most}"


def _name_fault(rule: str, text: str) -> str:
    if rule == "applicationPoolName" and (not text or len(text) > 64 or any(character in _NAME_CHARACTERS[rule] for character in text)):
        return f"A pool's name has 1 to 64 characters and none of {_NAME_CHARACTERS[rule]}"
    if rule == "siteName" and (not text or any(character in _NAME_CHARACTERS[rule] for character in text)):
        return f"A site's name is not empty and has none of {_NAME_CHARACTERS[rule]}"
    return ""


def _path_fault(text: str) -> str:
    if not text.startswith("/") or (text != "/" and text.endswith("/")):
        return "A path begins with / and does not end with it"
    if any(segment in (".", "..") for segment in text.split("/")):
        return "A path has no segment . or .."
    return ""
