"""Values of attributes: what a text means by the schema's type, and whether the schema accepts it.

Knows no elements and no files. Texts of its messages follow what IIS says, so that people find them again.
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
    """The Python value: bool, int, seconds (float), a tuple of flags, or text. Raises ValueError with IIS's sentence."""
    kind = attribute.type
    if kind == "bool":
        return _boolean(text)
    if kind in _BOUNDS:
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
        raise ValueError("Timespan value must be written as hh:mm:ss or d.hh:mm:ss")
    days, hours, minutes, rest, fraction = match.groups()
    whole = int(days or 0) * 86400 + int(hours) * 3600 + int(minutes) * 60 + int(rest or 0)
    return float(whole) + (int(fraction) / 10 ** len(fraction) if fraction else 0.0)


def _boolean(text: str) -> bool:
    lowered = text.lower()
    if lowered not in ("true", "false"):
        raise ValueError("Boolean must be true or false")
    return lowered == "true"


def _integer(text: str, least: int, most: int) -> int:
    try:
        number = int(text.strip(), 0)
    except ValueError:
        raise ValueError("Integer value is not a number") from None
    if not least <= number <= most:
        raise ValueError(f"Integer value must be between {least} and {most} inclusive")
    return number


def _named(attribute: AttributeSchema, text: str) -> str:
    lowered = text.lower()
    for name, number in attribute.values:
        if name.lower() == lowered or str(number) == text:
            return name
    kind = "Enum must be one of" if attribute.type == "enum" else "Flags must be some combination of"
    raise ValueError(f"{kind} {', '.join(attribute.names)}")


def _validation(rule: str, text: str, value: Value) -> str:
    match = _RANGE.fullmatch(rule)
    if match is not None and isinstance(value, int | float):
        return _range_fault(match[1], match[2].split(","), value)
    if rule == "nonEmptyString" and not text:
        return "String must not be empty"
    if rule == "requireTrimmedString" and text != text.strip():
        return "String must not begin or end with white space"
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
        return f"Timespan value must be between {least} and {most} seconds inclusive, with a granularity of {grain} seconds"
    exclude = words[-1] == "exclude"
    if (least <= value <= most) is not exclude:
        return ""
    return f"Integer value must {'not ' if exclude else ''}be between {least} and {most} inclusive"


def _name_fault(rule: str, text: str) -> str:
    if rule == "applicationPoolName" and (not text or len(text) > 64 or any(character in _NAME_CHARACTERS[rule] for character in text)):
        return "Invalid application pool name"
    if rule == "siteName" and (not text or any(character in _NAME_CHARACTERS[rule] for character in text)):
        return "Invalid site name"
    return ""


def _path_fault(text: str) -> str:
    if not text.startswith("/") or (text != "/" and text.endswith("/")):
        return "A path must begin with '/' and must not end with it"
    if any(segment in (".", "..") for segment in text.split("/")):
        return "A path must not hold '.' or '..' as a segment"
    return ""
