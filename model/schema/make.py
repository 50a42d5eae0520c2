"""Makes sections.tsv, this package's data, from the two reference tables of IIS's schema. Run by hand when those change.

    python -m model.schema.make ATTRIBUTES.tsv COLLECTIONS.tsv

Knows nothing of how the data is used. tables.py reads what this writes; one row an attribute ("A") or a collection ("C").
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable
from pathlib import Path

TARGET = Path(__file__).with_name("sections.tsv")

#: Sections of administration.config and of the configuration system's own files: never part of a server's configuration.
FOREIGN = frozenset({"section", "modules", "moduleProviders", "configPaths", "administrators", "administratorsProviders"})

#: Where several schema files describe one section, the first one that has a row keeps it.
ORDER = ("IIS_schema.xml", "ASPNET_schema.xml", "FX_schema.xml")

#: In current Windows, not in the tables.
NEWER: tuple[tuple[str, ...], ...] = (
    *(
        ("A", "system.applicationHost/sites", f"{owner}/hsts", name, kind, default, "", "", "")
        for owner in ("<site>", "siteDefaults")
        for name, kind, default in (
            ("enabled", "bool", "false"),
            ("max-age", "uint", "0"),
            ("includeSubDomains", "bool", "false"),
            ("preload", "bool", "false"),
            ("redirectHttpToHttps", "bool", "false"),
        )
    ),
    ("A", "system.web/authentication", "forms", "cookieSameSite", "enum", "Lax", "", "", "None=0,Lax=1,Strict=2"),
    ("A", "system.web/sessionState", "", "cookieSameSite", "enum", "Lax", "", "", "None=0,Lax=1,Strict=2"),
)


def rows(attributes: Iterable[dict[str, str]], collections: Iterable[dict[str, str]]) -> list[tuple[str, ...]]:
    made: dict[tuple[str, ...], tuple[str, ...]] = {}
    for row in sorted(attributes, key=_rank):
        path = "" if row["element_path"] == "." else row["element_path"]
        made.setdefault(
            ("A", row["section"], path, row["attribute"]),
            ("A", row["section"], path, row["attribute"], row["type"], row["default"], row["flags"], row["validation"], row["enum_or_flags"]),
        )
    for row in sorted(collections, key=_rank):
        path = "" if row["element_path"] == "." else row["element_path"]
        allows = ("D" if row["allowDuplicates"] == "true" else "") + ("U" if row["allowUnrecognizedAttributes"] == "true" else "")
        key = "" if row["key"] == "(none)" else row["key"]
        kept = made.setdefault(
            ("C", row["section"], path),
            (
                "C",
                row["section"],
                path,
                row["addElement"],
                row["removeElement"],
                row["clearElement"],
                key,
                row["merge"] + allows,
                row["defaultElement"],
            ),
        )
        if not kept[8] and row["defaultElement"]:
            made["C", row["section"], path] = (*kept[:8], row["defaultElement"])
    for extra in NEWER:
        made.setdefault(extra[:4], extra)
    return sorted((row for row in made.values() if row[1] not in FOREIGN), key=lambda row: row[1].lower())


def _rank(row: dict[str, str]) -> int:
    return ORDER.index(row["source_schema"]) if row["source_schema"] in ORDER else len(ORDER)


def main(attributes: str, collections: str) -> None:
    with open(attributes, encoding="utf-8", newline="") as first, open(collections, encoding="utf-8", newline="") as second:
        made = rows(csv.DictReader(first, delimiter="\t", quoting=csv.QUOTE_NONE), csv.DictReader(second, delimiter="\t", quoting=csv.QUOTE_NONE))
    TARGET.write_text("".join("\t".join(row) + "\n" for row in made), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:3])
