"""Fields of dialogs from the schema: kinds, choices, ranges in words, what is refused, and secrets that are never shown."""

from __future__ import annotations

import pytest

from console.schema_fields import accepts, field_of, same, shown, span, wrong
from model.schema import AttributeSchema, section_schema

LOGGING = ("Never", 0), ("OnError", 1)


def attribute(section: str, path: str, name: str) -> AttributeSchema:
    schema = section_schema(section)
    found = schema.find(path) if schema is not None else None
    assert found is not None
    return found.attributes[name]


def test_a_switch_is_a_check_without_a_colon() -> None:
    field = field_of(attribute("system.webServer/directoryBrowse", "", "enabled"), "True")
    assert (field.kind, field.label, field.initial) == ("check", "Enabled", "true")


def test_a_switch_with_words_is_a_choice() -> None:
    words = (("true", "Allow"), ("false", "Deny"))
    field = field_of(AttributeSchema("allowed", "bool"), "FALSE", id="x", label="Mode", words=words)
    assert (field.id, field.kind, field.label, field.initial, field.choices) == ("x", "choice", "Mode:", "false", words)


@pytest.mark.parametrize(("written", "initial"), [("onerror", "OnError"), ("1", "OnError"), ("Never", "Never"), ("nonsense", "nonsense"), ("", "")])
def test_an_enum_starts_with_the_schemas_spelling(written: str, initial: str) -> None:
    field = field_of(AttributeSchema("log", "enum", values=LOGGING), written)
    own = {written: written} if written == "nonsense" else {}  # the file's word stays until another is chosen
    assert (field.kind, field.initial, dict(field.choices)) == ("choice", initial, {"Never": "Never", "OnError": "OnError"} | own)


def test_a_text_keeps_its_hint_and_flags_are_text() -> None:
    flags = attribute("system.webServer/directoryBrowse", "", "showFlags")
    assert field_of(flags, "Date").kind == "text"
    assert field_of(flags, "Date").hint.startswith("Any of None, Date, Time")
    assert field_of(flags, "Date", hint="mine").hint == "mine"


@pytest.mark.parametrize(
    ("kind", "validation", "unit", "words"),
    [
        ("uint", "integerRange(10,65535)", "", "A whole number from 10 to 65 535"),
        ("int", "integerRange(-5,5)", "", "A whole number from -5 to 5"),
        ("uint", "integerRange(0,4,exclude)", "", "A whole number that is not negative"),
        ("int64", "", "", "A whole number"),
        ("timeSpan", "timeSpanRange(60,86400,60)", "", "d.hh:mm:ss, from 1 minute to 1 day"),
        ("timeSpan", "", "minutes", "A number of minutes, or d.hh:mm:ss"),
        ("string", "nonEmptyString", "", ""),
    ],
)
def test_what_is_accepted_in_words(kind: str, validation: str, unit: str, words: str) -> None:
    said = accepts(AttributeSchema("x", kind, validation=validation, unit=unit))
    assert said.replace("\u2009", " ").replace("\u202f", " ").replace("\xa0", " ") == words


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0"), (1, "1 second"), (90, "1 minute 30 seconds"), (104400, "1 day 5 hours"), (90061, "1 day 1 hour")]
)
def test_spans(seconds: int, words: str) -> None:
    assert span(seconds) == words


@pytest.mark.parametrize(
    ("kind", "options", "text", "problem"),
    [
        ("string", {"required": True}, "  ", "This must be filled in."),
        ("string", {}, "", ""),
        ("string", {"validation": "nonEmptyString"}, "", "It must not be empty."),
        ("uint", {}, "", ""),
        ("uint", {"default": "5"}, "", "This must be filled in."),
        ("uint", {"validation": "integerRange(1,9)"}, "10", "It must be a whole number from 1 to 9."),
        ("uint", {"validation": "integerRange(1,9)"}, "9", ""),
        ("enum", {"values": LOGGING}, "always", "It must be one of Never, OnError."),
    ],
)
def test_what_is_wrong(kind: str, options: dict[str, object], text: str, problem: str) -> None:
    assert wrong(AttributeSchema("x", kind, **options), text) == problem  # type: ignore[arg-type]  # a wrong keyword fails when it is taken


def test_a_secret_is_dots_of_one_length_and_nothing_where_there_is_none() -> None:
    secret = attribute("system.applicationHost/applicationPools", "add/processModel", "password")
    assert shown(secret, "a") == shown(secret, "much longer") == "●●●●●●"
    assert shown(secret, "") == ""


def test_a_switch_is_shown_by_its_word() -> None:
    assert shown(AttributeSchema("a", "bool"), "TRUE", (("true", "Allow"),)) == "Allow"
    assert shown(AttributeSchema("a", "bool"), "other", (("true", "Allow"),)) == "other"


@pytest.mark.parametrize(("kind", "first", "second", "alike"), [
    ("bool", "True", "true", True), ("bool", "true", "false", False), ("enum", "1", "onerror", True), ("enum", "x", "x", True),
    ("enum", "", "Never", False), ("string", "a", "A", False), ("uint", "1", "01", False),
])  # fmt: skip
def test_texts_that_say_the_same(kind: str, first: str, second: str, alike: bool) -> None:
    assert same(AttributeSchema("x", kind, values=LOGGING if kind == "enum" else ()), first, second) is alike
