"""What one view sees of the feed: filtered, perhaps paused or sorted, with pinned requests above; never behind on intake. No Textual.

Knows no widget. 100,000 requests are filtered in slices, the newest first, so that no key waits for it.
"""

from __future__ import annotations

import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from itertools import chain
from operator import attrgetter
from typing import Any

from console.feed import SHOWN_S, Entry, Feed
from console.filters import Filter

SLICE_S = 0.005
#: Entries between two looks at the clock.
BATCH = 256

#: More that arrived than this is filtered in slices.
MOST_AT_ONCE = 5000
_NUMBER = attrgetter("number")

#: Column → what it sorts by. "" is the order of arrival.
ORDERS: dict[str, Callable[[Entry], Any]] = {
    "time": attrgetter("number"),
    "pool": lambda entry: entry.pool.casefold(),
    "mode": attrgetter("mode"),
    "verb": attrgetter("method"),
    "url": lambda entry: entry.url.casefold(),
    "status": lambda entry: (entry.status, entry.substatus),
    "user": lambda entry: entry.user_shown.casefold(),
    "client": attrgetter("client"),
    "handler": lambda entry: entry.handler.casefold(),
    "site": lambda entry: entry.site.casefold(),
    "pid": attrgetter("pid"),
    "bytes": attrgetter("bytes_sent"),
    "took": attrgetter("duration_us"),
    "steps": attrgetter("steps"),
}


class Projection:
    """`shown` is in order of arrival, or as sorted: sorting freezes the view as a pause does, because a list that sorts itself anew jumps."""

    def __init__(self, feed: Feed, accepts: Filter | None = None) -> None:
        self._feed = feed
        self.filter = accepts or Filter()
        self.paused = False
        self.sort, self.descending = "", False
        self.shown: list[Entry] = []
        self.pins: list[Entry] = []
        self._last = 0
        #: What there was at the pause: it stays, also for other filters, when the feed has long dropped it.
        self._held: list[Entry] | None = None
        #: Requests up to this number have not been looked at since the filter changed; 0: all have.
        self._older = 0
        #: What was found among them and does not stand in the list yet; when the list was told last.
        self._found: list[Entry] = []
        self._told = 0.0

    @property
    def frozen(self) -> bool:
        return self.paused or bool(self.sort)

    @property
    def waiting(self) -> int:
        """Requests that arrived since the pause and are still kept."""
        return len(self._feed.entries) - bisect_right(self._feed.entries, self._last, key=_NUMBER) if self.frozen else 0

    @property
    def _entries(self) -> list[Entry]:
        return self._feed.entries if self._held is None else self._held

    @property
    def refining(self) -> bool:
        """Whether older requests still have to be looked at: `refine` goes on."""
        return self._older > 0

    def narrow(self, accepts: Filter) -> None:
        """Show what passes, beginning with the newest; where there is much, `refine` does the rest."""
        self.filter = accepts
        self.shown, self._found, self._told = [], [], 0.0
        self._older = self._last = self._last if self.paused else self._feed.seen
        if accepts.accepts is None:
            self.shown = self._entries[: self._until(self._last)]
            self._older = 0
        self.refine()

    def refine(self, budget_s: float = SLICE_S) -> bool:
        """Look at older requests for about so long; whether more is shown now: at once, ten times a second, and in the end.

        What is sorted is sorted when all have been looked at."""
        entries, accepts = self._entries, self.filter.accepts
        end = time.perf_counter() + budget_s
        at = self._until(self._older)
        found: list[list[Entry]] = []
        while at > 0 and accepts is not None:
            begin = max(0, at - BATCH)
            found.append([entry for entry in entries[begin:at] if accepts(entry)])
            at = begin
            if time.perf_counter() > end:
                break
        self._older = entries[at - 1].number if at > 0 and accepts is not None else 0
        self._found[:0] = chain.from_iterable(reversed(found))
        if self._older and end < self._told + SHOWN_S:
            return False
        more = bool(self._found)
        self.shown[:0], self._found, self._told = self._found, [], end
        if not self._older:
            self._order()
        return more

    def _until(self, number: int) -> int:
        return bisect_right(self._entries, number, key=_NUMBER)

    def pause(self, paused: bool) -> None:
        """What arrived meanwhile is looked at the newest first: after a minute there may be much (`refining`)."""
        self.paused = paused
        self._held = self._feed.entries[:] if paused else None
        if not paused:
            self.update()

    def clear(self) -> None:
        """Forget all requests, those of a pause too."""
        self._feed.clear()
        self._held = [] if self.paused else None
        self.shown, self._found, self._older, self._last = [], [], 0, self._feed.seen

    def sort_by(self, column: str, descending: bool = False) -> None:
        """By a column of what is there now; by "" or the time (upwards): as it arrives."""
        self.sort = "" if column == "time" and not descending else column
        self.descending = descending
        if self.sort:
            self._order()
        else:
            self.narrow(self.filter)

    def _order(self) -> None:
        if self.sort:
            self.shown.sort(key=ORDERS[self.sort], reverse=self.descending)

    def update(self) -> bool:
        """Take in what arrived; whether anything changed."""
        if self.frozen:
            return False
        entries = self._feed.entries
        if self.filter.accepts is not None and len(entries) - self._until(self._last) > MOST_AT_ONCE:
            self.narrow(self.filter)
            return True
        changed = self._trim()
        before = len(self.shown)
        if entries and entries[-1].number > self._last:
            self._extend(entries[self._until(self._last) :])
        self._last = self._feed.seen
        return changed or len(self.shown) != before

    def toggle_pin(self, entry: Entry) -> bool:
        """Pinned requests are kept above the list, whatever is filtered and however old they grow; whether it is pinned now."""
        if entry in self.pins:
            self.pins.remove(entry)
            return False
        self.pins.append(entry)
        return True

    def find(self, accepts: Filter, start: int, step: int) -> int:
        """The next of the shown that passes, from `start` on in `step`'s direction; -1 where none does."""
        holds = accepts.accepts
        index = start
        while holds is not None and 0 <= index < len(self.shown):
            if holds(self.shown[index]):
                return index
            index += step
        return -1

    def _extend(self, entries: Iterable[Entry]) -> None:
        accepts = self.filter.accepts
        self.shown.extend(entries if accepts is None else (entry for entry in entries if accepts(entry)))

    def _trim(self) -> bool:
        oldest = self._feed.entries[0].number if self._feed.entries else self._feed.seen + 1
        if not self.shown or self.shown[0].number >= oldest:
            return False
        gone = bisect_left(self.shown, oldest, key=_NUMBER)
        if gone:
            del self.shown[:gone]
        return bool(gone)
