"""The tour: requests that show the difference of the modes, sent to the sites' real addresses, and which of them it ends on. No Textual.

Knows no worker: what it sends passes the front door as any client's request does (sending.py).
"""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from console.feed import Entry
from console.sending import send

#: Beside an applicationHost.config: what the tour asks every site of it for, a path a line. Each sample has one.
FILE = "tour.txt"


def paths(config: Path) -> tuple[str, ...]:
    """The tour's paths for a configuration; the root alone where it says nothing."""
    try:
        text = config.with_name(FILE).read_text("utf-8", "replace")
    except OSError:
        return ("/",)
    return tuple(path for path in map(str.strip, text.splitlines()) if path.startswith("/")) or ("/",)


async def ask(url: str) -> int:
    """GET it; the status. Raises OSError, ValueError or TimeoutError."""
    parts = urllib.parse.urlsplit(url)
    secure = parts.scheme == "https"
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url} cannot be asked from here")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    request = f"GET {target} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\nUser-Agent: Poolhouse\r\n\r\n"
    port = parts.port or (443 if secure else 80)
    return (await send(parts.hostname, port, request.encode("utf-8", "surrogateescape"), parts.hostname if secure else None)).status


def site_urls(snapshot: Mapping[str, Any]) -> list[str]:
    """The first address of every started site, without the slash at its end."""
    found = []
    for site in snapshot.get("sites") or ():
        urls = [str(url) for url in site.get("urls") or () if str(url).startswith("http://")]
        if urls and site.get("state") == "Started":
            found.append(urls[0].rstrip("/"))
    return found


async def play(snapshot: Mapping[str, Any], paths: Iterable[str]) -> int:
    """Send the tour's requests, site after site; how many were answered. One site's failure does not stop the others."""
    answered = 0
    for path in paths:
        for base in site_urls(snapshot):
            try:
                await ask(base + path)
                answered += 1
            except (OSError, ValueError, TimeoutError):
                continue
    return answered


def begun_since(began: float, entries: Sequence[Entry], newest: int) -> list[Entry]:
    """Of the newest so many, those that began since a moment of the wall clock."""
    return [entry for entry in entries[max(0, len(entries) - newest) :] if entry.record.wall >= began]


def telling(entries: Iterable[Entry]) -> Entry | None:
    """The one that a tour ends on: the newest request whose twin in the other mode came out differently; else the first that failed."""
    newest: dict[tuple[str, str, str], Entry] = {}
    for entry in entries:
        newest[(entry.method, entry.url, entry.mode)] = entry
    best: Entry | None = None
    for (method, url, mode), entry in newest.items():
        twin = newest.get((method, url, "Classic" if mode == "Integrated" else "Integrated"))
        if twin is None or mode != "Integrated" or (entry.status, entry.substatus) == (twin.status, twin.substatus):
            continue
        if best is None or entry.number > best.number:
            best = entry
    return best or min((entry for entry in newest.values() if entry.status >= 500), key=lambda entry: entry.number, default=None)
