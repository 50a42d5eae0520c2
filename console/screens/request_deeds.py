"""Deeds on requests: compare in both modes, replay, copy as curl, export, the tour.

Know no widget but the Desk. Shadow requests run the user's code again: methods that may change something ask first.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import time
import urllib.parse
from collections.abc import AsyncIterator
from pathlib import Path

from console import resending, sending
from console import tour as tours
from console.compare import compare as compare_traces
from console.copying import trace_json
from console.feed import Compared, Entry
from console.places import Place, Target
from console.screens.desk import Desk
from hwebcore.detail_ring import Detail

LIMIT_S = 30.0
#: After which a comparison says what it waits for.
SLOW_S = 0.5
#: How long after the answer its record may come.
TRACE_S = 3.0
HINT = "c compares it with the other mode, m on a pool switches it"


def _request(desk: Desk) -> Entry:
    entry = desk.request
    if entry is None:
        raise LookupError("Select a request first.")
    return entry


def _captured(desk: Desk, entry: Entry) -> Detail:
    """The very request, to be sent again."""
    detail = desk.session.captures.of(*entry.key)
    reason = desk.session.captures.why_not if detail is None else resending.refusal(detail)
    if detail is None or reason:
        raise ValueError(reason)
    return detail


async def compare(desk: Desk) -> None:
    entry = _request(desk)
    detail = _captured(desk, entry)
    if not await _may_run_again(desk, entry, "Compare in Both Modes", "Your application runs again, twice.", "Run it"):
        return
    client = desk.session.served
    from console.cli.exchange import exchange

    asked, address = resending.asked(detail), resending.target(detail, entry.site, entry.pool)
    async with _limit(), _said_when_slow(desk, "It runs in both modes: the worker of the other one starts first."):
        own = await exchange(client, address, asked, None)
        other = await exchange(client, address, asked, "Classic" if own.trace.mode == "Integrated" else "Integrated")
    integrated, classic = (own, other) if own.trace.mode == "Integrated" else (other, own)
    comparison = compare_traces(integrated.trace, classic.trace, integrated.answer, classic.answer)
    key = desk.feed.keep_compared(Compared(entry, integrated.trace, classic.trace, comparison))
    desk.open(Place("compare", detail=key))


@contextlib.asynccontextmanager
async def _said_when_slow(desk: Desk, text: str) -> AsyncIterator[None]:
    """Who waits longer than a moment reads what for."""
    later = asyncio.get_running_loop().call_later(SLOW_S, desk.say, text)
    try:
        yield
    finally:
        later.cancel()


@contextlib.asynccontextmanager
async def _limit() -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(LIMIT_S):
            yield
    except TimeoutError as error:
        raise TimeoutError(f"No complete answer within {LIMIT_S:.0f} s.") from error


async def _may_run_again(desk: Desk, entry: Entry, title: str, what: str, yes: str) -> bool:
    if entry.method in resending.SAFE:
        return True
    return await desk.ask(title, f"{entry.method} {entry.url}\n\n{what}", yes)


async def replay(desk: Desk) -> None:
    """Through the front door, as the client sent it; then its trace is shown."""
    entry = _request(desk)
    detail = _captured(desk, entry)
    if not await _may_run_again(desk, entry, "Replay", "Your application runs again, with the same body, cookies and credentials.", "Send"):
        return
    from console.cli.exchange import request_bytes

    asked, address = resending.asked(detail), resending.target(detail, entry.site, entry.pool)
    name = (urllib.parse.urlsplit(address.url).hostname or detail.ip) if detail.secure else None
    before = desk.feed.seen
    sent = await sending.send(*address.endpoint, request_bytes(address, asked), name)
    again = await _seen(desk, before, sent.port)
    desk.say(f"{entry.method} {entry.url} answered {sent.status}.")
    if again is not None:
        place = Place("live")
        desk.open(place)
        await desk.arrived(place)
        desk.select(Target("request", str(again.number)))


async def _seen(desk: Desk, before: int, port: int) -> Entry | None:
    """The request that came from our port, once its record is here; None where it met no pipeline."""
    try:
        async with asyncio.timeout(TRACE_S):
            while True:
                for entry in reversed(desk.feed.entries):
                    if entry.number <= before:
                        break
                    if entry.record.port == port:
                        return entry
                await asyncio.sleep(0.02)
    except TimeoutError:
        return None


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
        value = trace_json(desk.session, desk.feed, entry)
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
    place = Place("live")
    desk.open(place)
    await desk.arrived(place)
    await _captures(desk)
    feed, before, began = desk.feed, desk.feed.seen, time.time()
    answered = await tours.play(desk.session.snapshot, tours.paths(desk.session.workspace.root))
    if not answered:
        raise LookupError("No site answered. Problems and the sites' page say why.")
    async with _limit():
        # What workers have had for longer may still be on its way from their rings, too.
        while len(own := tours.begun_since(began, feed.entries, feed.seen - before)) < answered:
            await asyncio.sleep(0.05)
    found = tours.telling(own)
    if found is not None:
        desk.select(Target("request", str(found.number)))
    hint = getattr(desk.page, "show_hint", None)
    if hint is not None:
        hint(HINT if found is not None else "")


async def _captures(desk: Desk) -> None:
    """Until the workers capture: what the tour sends can then be sent again. A worker that says nothing does not stop the tour."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(TRACE_S):
            while desk.session.captures.wanted and not desk.session.captures.on:
                await asyncio.sleep(0.02)


async def _served(desk: Desk) -> None:
    """Wait until the sites are up (a console starts beside its service)."""
    async with _limit():
        while not tours.site_urls(desk.session.snapshot):
            await asyncio.sleep(0.05)
