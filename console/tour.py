"""Requests that the console itself sends to the sites' real addresses: the tour, and Replay. A small HTTP client; no Textual.

Knows no worker: what it sends passes the front door as any client's request does. Answers are read whole, with a limit.
"""

from __future__ import annotations

import asyncio
import socket
import urllib.parse
from collections.abc import Iterable, Mapping
from typing import Any

from console.feed import Entry, Feed

#: Paths that show the difference of the modes where the first-run sample (or a copy of it) runs; elsewhere the root is asked.
PATHS = ("/", "/site.css", "/hello", "/members/photo.png", "/members/report", "/guestbook", "/clock", "/files/", "/nothing-here")
MOST_BYTES = 1 << 20
LIMIT_S = 10.0


async def send(url: str, method: str = "GET", headers: Iterable[tuple[str, str]] = ()) -> int:
    """Send one request; the status. Raises OSError, ValueError or TimeoutError."""
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url} cannot be asked from here")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [f"{method} {target} HTTP/1.1", f"Host: {parts.netloc}", "Connection: close", "User-Agent: Poolhouse"]
    lines += [f"{name}: {value}" for name, value in headers]
    if any("\r" in text or "\n" in text for text in lines):
        raise ValueError("a line break cannot be sent")
    async with asyncio.timeout(LIMIT_S):
        reader, writer = await _connection(parts.hostname, parts.port or (443 if parts.scheme == "https" else 80), parts.scheme == "https")
        try:
            writer.write("\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n")
            await writer.drain()
            first = await reader.readline()
            received = len(first)
            while received < MOST_BYTES and (piece := await reader.read(65536)):
                received += len(piece)
        finally:
            writer.close()
    words = first.split()
    if len(words) < 2 or not words[1].isdigit():
        raise ValueError(f"{url}: no HTTP answer")
    return int(words[1])


async def _connection(host: str, port: int, secure: bool) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """To the site's own address on this computer: its certificate need not be one that anybody trusts, nor its name be known here."""
    import ssl

    context = ssl.create_default_context() if secure else None
    if context is not None:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    name = host if secure else None
    try:
        return await asyncio.open_connection(host, port, ssl=context, server_hostname=name)
    except socket.gaierror:
        return await asyncio.open_connection("127.0.0.1", port, ssl=context, server_hostname=name)


def site_urls(snapshot: Mapping[str, Any]) -> list[str]:
    """The first address of every started site, without the slash at its end."""
    found = []
    for site in snapshot.get("sites") or ():
        urls = [str(url) for url in site.get("urls") or () if str(url).startswith("http://")]
        if urls and site.get("state") == "Started":
            found.append(urls[0].rstrip("/"))
    return found


async def play(snapshot: Mapping[str, Any], feed: Feed, paths: Iterable[str] = PATHS) -> int:
    """Send the tour's requests, site after site; how many were answered. One site's failure does not stop the others."""
    answered = 0
    for path in paths:
        for base in site_urls(snapshot):
            try:
                await send(base + path)
                answered += 1
            except (OSError, ValueError, TimeoutError):
                continue
    return answered


def telling(entries: Iterable[Entry]) -> Entry | None:
    """The newest request whose twin in the other mode came out differently: the one that a tour ends on."""
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
    return best
