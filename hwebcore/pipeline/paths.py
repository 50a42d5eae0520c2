"""From a URL path to a path of this system: the longest virtual directory, then segment by segment.

Knows nothing of what exists there. Names that Windows would read as something else (streams, short names, trailing dots) map
to nothing. The handlers that open the result check again on the descriptor.
"""

from __future__ import annotations

import re

from hwebcore.plan import VirtualDirectory

#: A stream or drive (":"), a short name ("~1"), a trailing dot or blank, or a climb that no normalised path can hold.
_REFUSED = re.compile(r"[:\\\0]|~[0-9]|[. ](?:/|$)")
_MOST_REMEMBERED = 4096


class PathMap:
    """Longest virtual directory first; compares without case, keeps the URL's own spelling for the rest."""

    def __init__(self, directories: tuple[VirtualDirectory, ...]) -> None:
        ordered = sorted(directories, key=lambda directory: len(directory.path), reverse=True)
        self._directories = tuple((directory.path.rstrip("/").lower(), directory.physical_path.rstrip("/")) for directory in ordered)
        self._known: dict[str, str] = {}

    def find(self, url_path: str) -> str:
        known = self._known.get(url_path)
        if known is None:
            known = self._find(url_path)
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[url_path] = known
        return known

    def _find(self, url_path: str) -> str:
        if not url_path.startswith("/") or _REFUSED.search(url_path):
            return ""
        lowered = url_path.lower()
        for prefix, physical in self._directories:
            if lowered.startswith(prefix) and lowered[len(prefix) : len(prefix) + 1] in ("", "/"):
                return physical + url_path[len(prefix) :] if physical else ""
        return ""
