"""Deeds on requests: compare in both modes, replay, copy as curl, export, the tour.

Know no widget but the Desk. Shadow requests run the user's code again: methods that may change something ask first.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import urllib.parse
from collections.abc import AsyncIterator
from pathlib import Path

from console import tour as tours
from console.compare import compare as compare_traces
from console.feed import Compared, Entry
from console.places import Place, Target
from console.screens.desk import Desk
from hwebcore.records import FLAG_URL_CUT

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LIMIT_S = 30.0
HINT = "c compares it with the other mode, m on a pool switches it"


def _request(desk: Desk) -> Entry:
    entry = desk.request
    if entry is None:
        raise LookupError("Select a request first.")
    if entry.record.flags & FLAG_URL_CUT:
        raise ValueError("The address of this request is longer than a trace keeps: it cannot be sent again.")
    return entry


def _address(desk: Desk, entry: Entry) -> str:
    """The site's first address, where it answers now; one of https where there is no other."""
    urls = [str(url) for url in desk.session.site_state(entry.site).get("urls") or ()]
    urls.sort(key=lambda url: url.startswith("https://"))
    if not urls:
        raise LookupError(f"The site {entry.site} has no address that can be asked now.")
    return urls[0].rstrip("/")


async def compare(desk: Desk) -> None:
    entry = _request(desk)
    if entry.method not in SAFE and not await _may_run_again(desk, entry):
        return
    base = _address(desk, entry)
    client = desk.session.client
    assert client is not None
    from console.cli.exchange import Asked, exchange
    from console.cli.target import Target as Address

    parts = urllib.parse.urlsplit(base)
    secure = parts.scheme == "https"
    endpoint = (parts.hostname or "127.0.0.1", parts.port or (443 if secure else 80))
    address = Address(base + entry.url, entry.site, "", entry.pool, endpoint, parts.netloc, entry.url, secure)
    async with _limit():
        own = await exchange(client, address, Asked(entry.method), None)
        other = await exchange(client, address, Asked(entry.method), "Classic" if own.trace.mode == "Integrated" else "Integrated")
    integrated, classic = (own, other) if own.trace.mode == "Integrated" else (other, own)
    comparison = compare_traces(integrated.trace, classic.trace, integrated.answer, classic.answer)
    key = desk.feed.keep_compared(Compared(entry, integrated.trace, classic.trace, comparison))
    desk.open(Place("compare", detail=key))


@contextlib.asynccontextmanager
async def _limit() -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(LIMIT_S):
            yield
    except TimeoutError as error:
        raise TimeoutError(f"No complete answer within {LIMIT_S:.0f} s.") from error


async def _may_run_again(desk: Desk, entry: Entry) -> bool:
    text = f"{entry.method} {entry.url}\n\nYour application runs again, twice, and without the body: traces keep none."
    return await desk.ask("Compare in Both Modes", text, "Run it")


async def replay(desk: Desk) -> None:
    entry = _request(desk)
    if entry.method not in SAFE:
        text = f"{entry.method} {entry.url}\n\nYour application runs again, without the body: traces keep none."
        if not await desk.ask("Replay", text, "Send"):
            return
    status = await tours.send(_address(desk, entry) + entry.url, entry.method)
    desk.say(f"{entry.method} {entry.url} answered {status}.")


async def export(desk: Desk) -> None:
    """The trace, or on Compare both and their differences, as JSON beside where the console was started."""
    entry = _request(desk)
    compared = desk.feed.compared.get(desk.place.detail) if desk.place.page == "compare" else None
    if compared is not None:
        value = {
            "schema": 1, "integrated": compared.integrated.to_json(), "classic": compared.classic.to_json(),
            "shadow": "classic" if compared.classic.shadow else "integrated",
            "differences": [difference.to_json() for difference in compared.comparison.differences],
        }  # fmt: skip
    else:
        value = desk.feed.trace(entry).to_json()
    name = re.sub(r"[^A-Za-z0-9]+", "-", f"{entry.method}-{entry.url}").strip("-")[:60] or "request"
    path = Path.cwd() / f"trace-{name}-{entry.number}.json"
    await asyncio.to_thread(path.write_text, json.dumps(value, indent=2, ensure_ascii=True) + "\n", "utf-8")
    desk.say(f"Written: {path}")


async def clear(desk: Desk) -> None:
    act = getattr(desk.page, "act_clear", None)
    if act is not None:
        act()


async def tour(desk: Desk) -> None:
    """Plays the requests and ends on one whose two modes differ."""
    await _served(desk)
    desk.open(Place("live"))
    answered = await tours.play(desk.session.snapshot, desk.feed)
    if not answered:
        raise LookupError("No site answered. Problems and the sites' page say why.")
    async with _limit():
        while desk.feed.seen < answered:
            await asyncio.sleep(0.05)
    found = tours.telling(desk.feed.entries)
    if found is not None:
        desk.select(Target("request", str(found.number)))
    hint = getattr(desk.page, "show_hint", None)
    if hint is not None:
        hint(HINT if found is not None else "")


async def _served(desk: Desk) -> None:
    """Wait until the sites are up (a console starts beside its service)."""
    async with _limit():
        while not tours.site_urls(desk.session.snapshot):
            await asyncio.sleep(0.05)
