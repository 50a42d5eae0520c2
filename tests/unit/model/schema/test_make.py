"""The script that makes sections.tsv of the reference tables."""

from model.schema.make import rows

ATTRIBUTE = {
    "section": "a/b",
    "element_path": ".",
    "attribute": "x",
    "type": "bool",
    "default": "true",
    "flags": "",
    "validation": "",
    "enum_or_flags": "",
}
COLLECTION = {
    "section": "a/b", "element_path": "", "addElement": "add", "removeElement": "-", "clearElement": "clear", "key": "(none)", "merge": "prepend",
    "allowDuplicates": "true", "allowUnrecognizedAttributes": "true", "defaultElement": "",
}  # fmt: skip


def test_the_first_schema_file_wins_and_administration_is_left_out() -> None:
    made = rows(
        [{**ATTRIBUTE, "default": "false", "source_schema": "other.xml"}, {**ATTRIBUTE, "source_schema": "IIS_schema.xml"},
         {**ATTRIBUTE, "section": "moduleProviders", "source_schema": "IIS_schema.xml"}],
        [],
    )  # fmt: skip
    own = [row for row in made if row[1] in ("a/b", "moduleProviders")]
    assert own == [("A", "a/b", "", "x", "bool", "true", "", "", "")]


def test_what_a_collection_allows_is_one_word_and_defaults_are_kept_from_any_file() -> None:
    made = rows([], [{**COLLECTION, "source_schema": "IIS_schema.xml"}, {**COLLECTION, "defaultElement": "d", "source_schema": "z.xml"}])
    assert [row for row in made if row[1] == "a/b"] == [("C", "a/b", "", "add", "-", "clear", "", "prependDU", "d")]


def test_newer_attributes_are_added() -> None:
    assert ("A", "system.web/sessionState", "", "cookieSameSite") in [row[:4] for row in rows([], [])]
