"""What lies in the folder behind a URL path: folders, applications, virtual directories and files, as Content View lists them. No Textual.

Knows no widget. Reads names and sizes only, and no more of them than can be looked through.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from model.content_walk import IGNORED
from model.hierarchy import Hierarchy

MOST = 5000
UNMAPPED = "No folder is known for this path: its drive is not mapped."
Kind = Literal["Application", "Virtual Directory", "Folder", "File"]
_ORDER: dict[str, int] = {"Application": 0, "Virtual Directory": 1, "Folder": 2, "File": 3}


@dataclass(frozen=True, slots=True)
class Content:
    """`url` is the path within the site; `bytes` and `modified` (seconds since 1970) are None where they mean nothing or cannot be read."""

    name: str
    kind: Kind
    url: str
    path: Path | None
    bytes: int | None = None
    modified: float | None = None


def contents(hierarchy: Hierarchy, site: str, url: str) -> list[Content]:
    """Raises OSError where the folder cannot be read, LookupError where nothing says which it is."""
    _, _, folder = hierarchy.map_url(site, url)
    if folder is None:
        raise LookupError(UNMAPPED)
    mapped = {entry.url.casefold(): entry for entry in _mapped(hierarchy, site, url)}
    found = dict(mapped)
    with os.scandir(folder) as entries:
        for number, entry in enumerate(entries):
            if number >= MOST:
                break
            below = f"{url.rstrip('/')}/{entry.name}"
            if below.casefold() not in mapped:
                found[below] = _entry(entry, below)
    return sorted(found.values(), key=lambda content: (_ORDER[content.kind], content.name.casefold()))


def folders(hierarchy: Hierarchy, site: str, url: str) -> tuple[list[str], bool]:
    """The URL paths of the plain folders directly below, and whether there was more than could be looked through. Raises as `contents` does.
    IIS Manager shows all; here what Python writes beside a site's code would stand among them, and nothing that is set for it counts."""
    _, _, folder = hierarchy.map_url(site, url)
    if folder is None:
        raise LookupError(UNMAPPED)
    mapped = {entry.url.casefold() for entry in _mapped(hierarchy, site, url)}
    with os.scandir(folder) as entries:
        first = list(itertools.islice(entries, MOST + 1))
    found = [f"{url.rstrip('/')}/{entry.name}" for entry in first[:MOST] if entry.name not in IGNORED and entry.is_dir()]
    return sorted((path for path in found if path.casefold() not in mapped), key=str.casefold), len(first) > MOST


def at(hierarchy: Hierarchy, site: str, url: str) -> Content:
    """What stands behind one path. A file counts as a folder that is not mapped: ask only for what is none."""
    application, directory, folder = hierarchy.map_url(site, url)
    wanted = url.casefold()
    kind: Kind = "Folder"
    if application is not None and application.path.casefold() == wanted:
        kind = "Application"
    elif application is not None and directory is not None and application.url_of(directory).casefold() == wanted:
        kind = "Virtual Directory"
    return Content(url.rpartition("/")[2], kind, url, folder)


def _entry(entry: os.DirEntry[str], url: str) -> Content:
    try:
        is_folder, told = entry.is_dir(), entry.stat()
    except OSError:
        return Content(entry.name, "File", url, Path(entry.path))
    return Content(entry.name, "Folder" if is_folder else "File", url, Path(entry.path), None if is_folder else told.st_size, told.st_mtime)


def _mapped(hierarchy: Hierarchy, site: str, url: str) -> Iterator[Content]:
    """Applications and virtual directories directly below."""
    found = next((one for one in hierarchy.sites() if one.name == site), None)
    prefix = url.rstrip("/").casefold() + "/"
    for application in found.applications if found is not None else ():
        for directory in application.virtual_directories:
            path = application.url_of(directory)
            name = path[len(prefix) :]
            if path.casefold().startswith(prefix) and name and "/" not in name:
                yield Content(name, "Application" if directory.path == "/" else "Virtual Directory", path, directory.folder)
