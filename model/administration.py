"""administration.config: which of IIS Manager's features are shown to those who manage a site. Hidden and locked is "Not Delegated".

Knows one document and IIS Manager's names of features; asks no hierarchy and writes nothing. delegation.py's tags lock, this hides.
Shape as in IIS's own file: one list of modules for all sites in `<location path=".">`, a tag for a site with words of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from model.config_path import ConfigPath
from model.document import Document
from model.edits import AddEntry, Edit, RemoveEntry, Where
from model.element import Element
from model.section_place import same_location

FILE = "administration.config"
SECTION = "modules"


def where(path: ConfigPath) -> Where:
    return Where(SECTION, path, "administration")


def is_shown(document: Document | None, path: ConfigPath, module: str) -> bool:
    """What no list speaks of is shown: a file that hides some features need not name all others."""
    return _shown(document, path, module)


def own_word(document: Document | None, path: ConfigPath, module: str) -> str:
    """ "add", "remove" or "": what the path's own list says of the module."""
    return next((entry.name for entry in _entries(document, path) if entry.name != "clear" and _is(entry, module)), "")


def hidden(document: Document | None, path: ConfigPath, module: str) -> tuple[Edit, ...]:
    """The edits that hide it; none where it is hidden."""
    if not is_shown(document, path, module):
        return ()
    return (RemoveEntry(where(path), (), (("name", module),), "remove"),)


def shown(document: Document | None, path: ConfigPath, module: str) -> tuple[Edit, ...]:
    """The edits that show it again."""
    found: list[Edit] = []
    if own_word(document, path, module) == "remove":
        found.append(RemoveEntry(where(path), (), (("name", module),), "", "remove"))
    if not _shown(document, path, module, own_removal=False):
        found.append(AddEntry(where(path), (), "add", (("name", module),)))
    return tuple(found)


def inherited(document: Document | None, path: ConfigPath, module: str) -> tuple[Edit, ...]:
    """The edits that take the path's own word back; for all sites that is to show it, as IIS ships it."""
    word = own_word(document, path, module)
    if path.is_server:
        return shown(document, path, module)
    return (RemoveEntry(where(path), (), (("name", module),), "", word),) if word else ()


def new_file(path: Path, newline: str) -> Document:
    """Hides nothing yet."""
    lines = (
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<!-- Which features IIS Manager shows to those who manage a site. IIS's own file lists them all. -->",
        "<configuration>", "    <configSections>", f'        <section name="{SECTION}" allowDefinition="MachineToApplication" />',
        "    </configSections>", '    <location path=".">', f"        <{SECTION}>", f"        </{SECTION}>", "    </location>",
        "</configuration>", "",
    )  # fmt: skip
    return Document.parse(path, newline.join(lines).encode())


def _shown(document: Document | None, path: ConfigPath, module: str, *, own_removal: bool = True) -> bool:
    listed = gone = any_listed = False
    for place in path.lineage:
        for entry in _entries(document, place):
            if entry.name == "clear":
                listed, gone, any_listed = False, False, True
            elif entry.name == "remove":
                if _is(entry, module) and (own_removal or place.key != path.key):
                    listed, gone = False, True
            else:
                any_listed = True
                if _is(entry, module):
                    listed, gone = True, False
    return not gone and (listed or not any_listed)


def _entries(document: Document | None, path: ConfigPath) -> Iterator[Element]:
    root = document.root if document is not None else None
    if root is None:
        return
    holders = [tag for tag in root.find_all("location") if same_location(tag.get("path"), path.location)]
    for holder in (root, *holders) if path.is_server else holders:
        for modules in holder.find_all(SECTION):
            yield from modules.children


def _is(entry: Element, module: str) -> bool:
    return (entry.get("name") or "").lower() == module.lower()
