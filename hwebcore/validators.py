"""What a file's state says to a conditional request: its ETag, its dates, and which condition wins (RFC 9110 13, rt 10.1).

Knows no file and no response. Look next at byte_ranges.py and handlers/static_file.py.
"""

from __future__ import annotations

import time
from functools import lru_cache

from hwebcore.http_dates import format_date
from hwebcore.pipeline.context import Headers

#: Between 1601 and 1970, in 100 ns: a FILETIME counts from the former.
_EPOCH_FILETIME = 116444736000000000


@lru_cache(maxsize=1024)
def etag(mtime_ns: int) -> str:
    """IIS's tag of a file: the bytes of its write time as a FILETIME, low byte first, in hexadecimal without padding."""
    filetime = max(mtime_ns // 100 + _EPOCH_FILETIME, 0)
    return '"' + "".join(f"{byte:x}" for byte in filetime.to_bytes(8, "little")) + ':0"'


@lru_cache(maxsize=1024)
def http_date(seconds: int) -> str:
    return format_date(max(seconds, 0))


@lru_cache(maxsize=1024)
def read_date(text: str) -> int | None:
    """Seconds since the epoch of an HTTP date, None for anything else."""
    from email.utils import parsedate_to_datetime  # loaded with the first date that a client sends

    try:
        moment = parsedate_to_datetime(text)
        return int(moment.timestamp())
    except (ValueError, TypeError, OverflowError):
        return None


def evaluate(headers: Headers, tag: str, modified: int) -> int:
    """304 or 412 where a condition decides the answer, else 200. `tag` "": the file has none.

    If-Match beats If-Unmodified-Since and If-None-Match beats If-Modified-Since. A date in the future is no condition.
    """
    wanted = headers.get_all("If-Match")
    if wanted:
        if not _names(wanted, tag, weak=False):
            return 412
    else:
        before = _date(headers, "If-Unmodified-Since")
        if before is not None and modified > before:
            return 412
    known = headers.get_all("If-None-Match")
    if known:
        return 304 if _names(known, tag, weak=True) else 200
    since = _date(headers, "If-Modified-Since")
    if since is not None and modified <= since <= time.time():
        return 304
    return 200


def range_applies(headers: Headers, tag: str, modified: int) -> bool:
    """Whether the Range header counts: there is one, and If-Range, where there is one, names this very state."""
    if "Range" not in headers:
        return False
    condition = headers.get("If-Range").strip()
    if not condition:
        return True
    if condition.startswith(('"', "W/")):
        return condition == tag
    return read_date(condition) == modified


def _names(lines: list[str], tag: str, *, weak: bool) -> bool:
    for line in lines:
        for part in line.split(","):
            wanted = part.strip()
            if wanted == "*" or (tag and (wanted == tag or (weak and wanted == "W/" + tag))):
                return True
    return False


def _date(headers: Headers, name: str) -> int | None:
    text = headers.get(name)
    return read_date(text) if text else None
