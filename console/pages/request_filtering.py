"""Request Filtering: its seven lists on one page, each a group. What one of them refuses is answered with 404 and a substatus.

Knows no widget, file or process; lists are declared, console/collection.py makes their rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from console import entry_faults
from console.collection import Collection, Part, Selected, detail, rows_of
from console.inner_lists import InnerList
from console.lines import Cell, Column, Row, cell
from console.listing import ListPage, View
from console.places import Target

SECTION = "system.webServer/security/requestFiltering"
_ALLOWED = (("true", "Allowed"), ("false", "Not Allowed"))
#: (heading, list, what stands for its rows where they have no switch).
LISTS = (
    ("File Name Extensions", Collection(
        SECTION, "File Name Extension", (Part("fileExtension", "Extension"), Part("allowed", "Allowed", words=_ALLOWED)), "fileExtensions",
        hints=(("fileExtension", "With its dot: .config"),), faults=entry_faults.extension), ""),
    ("Rules", Collection(
        SECTION, "Rule", (Part("name", "Name"),), "filteringRules",
        fields=("name", "scanUrl", "scanQueryString", "scanAllRaw", "denyUnescapedPercent"),
        inner=(InnerList("scanHeaders", "requestHeader", "Scan headers", "Such as User-Agent, Referer"),
               InnerList("appliesTo", "fileExtension", "Applies to", "File name extensions, such as .asp, .php; empty is every request"),
               InnerList("denyStrings", "string", "Deny strings", 'What refuses the request, parted by commas; "a,b" in quotes'))),
     ""),
    ("Hidden Segments", Collection(
        SECTION, "Hidden Segment", (Part("segment", "Segment"),), "hiddenSegments",
        hints=(("segment", "A part of the path between slashes, such as bin"),)), "Hidden"),
    ("URL", Collection(SECTION, "Denied URL Sequence", (Part("sequence", "Sequence"),), "denyUrlSequences"), "Deny"),
    ("URL", Collection(SECTION, "Always Allowed URL", (Part("url", "URL"),), "alwaysAllowedUrls"), "Allow"),
    ("HTTP Verbs", Collection(SECTION, "HTTP Verb", (Part("verb", "Verb"), Part("allowed", "Allowed", words=_ALLOWED)), "verbs",
                             faults=entry_faults.verb), ""),
    ("Headers", Collection(SECTION, "Header Limit", (Part("header", "Header"), Part("sizeLimit", "Size Limit")), "requestLimits/headerLimits",
                           faults=entry_faults.header_name), ""),
    ("Query Strings", Collection(SECTION, "Denied Query String Sequence", (Part("sequence", "Sequence"),), "denyQueryStringSequences"), "Deny"),
    ("Query Strings", Collection(
        SECTION, "Always Allowed Query String", (Part("queryString", "Query string"),), "alwaysAllowedQueryStrings"), "Allow"),
)  # fmt: skip


def rows(view: View) -> Sequence[Row]:
    found: list[Row] = []
    for heading, collection, verdict in LISTS:
        for row in rows_of(view, collection):
            assert isinstance(row.key, Target)
            cells = {"name": row.cells[collection.parts[0].attribute], "is": _verdict(collection, row, verdict), "entry": row.cells["entry"]}
            target = replace(row.key, name=f"{collection.noun} {row.key.name}")
            found.append(Row(target, cells, groups={**row.groups, "list": (heading, "heading")}))
    return found


def _verdict(collection: Collection, row: Row, verdict: str) -> Cell:
    if verdict or len(collection.parts) < 2:
        text = verdict or _scanned(row)
    else:
        text = row.cells[collection.parts[1].attribute].run.text.plain
        text = f"at most {text} bytes" if collection.parts[1].attribute == "sizeLimit" else text
    return cell(text, "warning" if text in ("Not Allowed", "Deny", "Hidden") else "text")


def _scanned(row: Row) -> str:
    value = row.key.value if isinstance(row.key, Target) else None
    if not isinstance(value, Selected):
        return ""
    where = [word for name, word in (("scanUrl", "URL"), ("scanQueryString", "query string")) if value.entry.get(name).lower() == "true"]
    denied = ", ".join(entry.get("string") for entry in value.entry.at("denyStrings").entries)
    return f"{' and '.join(where) or 'headers'}: {denied}" if denied else " and ".join(where)


PAGE = ListPage(
    "request_filtering", "Request Filtering", "What is refused before any other module sees it: 404 with a substatus, 400 or 413.",
    (Column("name", "What", 22, grow=50), Column("is", "Verdict", 16, grow=50), Column("entry", "Entry Type", 17, drop=1)), rows,
    groups=(("list", "List"), ("entry", "Entry Type"), ("", "No Grouping")), detail=detail, empty="Nothing is filtered. + adds an entry.",
    group_order=tuple(dict.fromkeys(heading for heading, _, _ in LISTS)), section=SECTION, collections=tuple(entry for _, entry, _ in LISTS),
    settings=("allowDoubleEscaping", "allowHighBitCharacters", "fileExtensions/allowUnlisted", "verbs/allowUnlisted",
              "requestLimits/maxAllowedContentLength", "requestLimits/maxUrl", "requestLimits/maxQueryString", "removeServerHeader"),
)  # fmt: skip
