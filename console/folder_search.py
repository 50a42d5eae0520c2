"""Folders behind the sites' paths, found by words of their names, for the palette. Values, no Textual.

Knows no widget. It looks a little at a time, the sites' tops first, and no further than its bounds; content_view.py reads one folder.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import chain

from console.content_view import folders
from console.places import Place
from model.hierarchy import Hierarchy

#: Site, path, and how deep it lies below its application.
_Folder = tuple[str, str, int]
#: Of all sites together: folders that are opened, how deep below an application, and how many answers there are.
MOST_OPENED, DEEPEST, MOST_FOUND = 2000, 8, 50


class FolderSearch:
    """What was read for one letter is not read again for the next."""

    def __init__(self, hierarchy: Hierarchy, here: Place) -> None:
        self._hierarchy = hierarchy
        self._seen: list[tuple[str, str]] = []
        self._left = self._walk(here.site)
        #: Whether there is more than was looked at.
        self.is_cut = False

    def found(self, words: Sequence[str]) -> Iterator[Place | None]:
        """Those whose site and path hold every word, one of them the name itself. None: one was looked at, and a key may come first."""
        found, at = 0, 0
        while True:
            for site, path in self._seen[at:]:
                if _has(words, f"{site}{path}".casefold()):
                    found += 1
                    yield Place("folder", site, path)
            at = len(self._seen)
            if found >= MOST_FOUND or not self._read_on():
                return
            yield None

    def _read_on(self) -> bool:
        """One folder more; False after the last."""
        more = next(self._left, None)
        self._seen += more or ()
        return more is not None

    def _walk(self, first: str) -> Iterator[list[tuple[str, str]]]:
        """Level by level: what lies near the top is what somebody means. What cannot be opened is a look too."""
        below: deque[_Folder] = deque()
        for opened, (site_name, path, depth) in enumerate(chain(self._tops(first), _taken_from(below))):
            if opened >= MOST_OPENED:
                self.is_cut = True
                return
            try:
                found, cut = folders(self._hierarchy, site_name, path)
            except (LookupError, OSError):
                found, cut = [], False  # not mapped, or not to be read: Content View says which
            self.is_cut = self.is_cut or cut or (depth == DEEPEST and bool(found))
            below.extend((site_name, folder, depth + 1) for folder in found if depth < DEEPEST)
            yield [(site_name, folder) for folder in found]

    def _tops(self, first: str) -> Iterator[_Folder]:
        for site in sorted(self._hierarchy.sites(), key=lambda site: site.name != first):
            for application in site.applications:
                yield from ((site.name, application.url_of(directory), 0) for directory in application.virtual_directories)


def _taken_from(queue: deque[_Folder]) -> Iterator[_Folder]:
    while queue:
        yield queue.popleft()


def _has(words: Sequence[str], path: str) -> bool:
    """Below a folder that fits, only those fit whose own names do."""
    name = path.rpartition("/")[2]
    return all(word in path for word in words) and any(word in name or "/" in word for word in words)
