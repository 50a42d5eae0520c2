"""A URL path decoded once and normalised, as HTTP.SYS does before IIS sees it (rt 1.1); everything maps and authorises on the result.

Knows no site. Double escaping is left to RequestFiltering, which has the raw URL. The gate and child requests use this.
"""

from __future__ import annotations

import re
import urllib.parse

#: What needs no work: no escape, no backslash, no double slash, no segment that begins with a dot.
_PLAIN = re.compile(r"/(?:[A-Za-z0-9_~!$&'()*+,;=:@-][A-Za-z0-9_.~!$&'()*+,;=:@-]*(?:/(?=[^/.])|/$|$))*")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
MOST_SEGMENTS = 255
LONGEST_SEGMENT = 260


class BadPath(ValueError):
    """`status` 400 for what is no path, 403 for one that climbs above the root."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


def normalise(raw: str) -> str:
    """`raw` begins with "/" and holds no query. Raises BadPath."""
    path = raw if _PLAIN.fullmatch(raw) else _decode(raw)
    if len(path) > LONGEST_SEGMENT or path.count("/") > MOST_SEGMENTS:
        segments = path.split("/")
        if len(segments) - 1 > MOST_SEGMENTS or max(map(len, segments)) > LONGEST_SEGMENT:
            raise BadPath(400, "a segment is too long, or there are too many")
    return path


def _decode(raw: str) -> str:
    if not raw.startswith("/"):
        raise BadPath(400, "the path does not begin with a slash")
    if _BAD_ESCAPE.search(raw):
        raise BadPath(400, "a percent sign is followed by no two hexadecimal digits")
    try:
        path = urllib.parse.unquote(raw, encoding="utf-8", errors="strict")
    except UnicodeDecodeError:
        raise BadPath(400, "the path is not UTF-8") from None
    if _CONTROL.search(path):
        raise BadPath(400, "the path holds a control character")
    path = path.replace("\\", "/")
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            if not kept:
                raise BadPath(403, "the path climbs above the root")
            kept.pop()
        elif segment not in ("", "."):
            kept.append(segment)
    slash = "/" if kept and segments[-1] in ("", ".", "..") else ""
    return "/" + "/".join(kept) + slash
