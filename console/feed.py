"""Trace records of all workers, as they happen: rings → a bounded store, with figures a pool and a mode. No Textual.

Knows no widget and no configuration. Reads 20 times a second (what is behind in slices), slower when nothing arrives; what was overwritten unread
is counted. A full Trace is made only of what is looked at (hwebcore/traces.py). What a view sees of it is projection.py.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import count
from operator import itemgetter
from typing import Any

from console.compare import Comparison
from console.figures import Figures
from hwebcore.client import Refused
from hwebcore.records import FLAG_SHADOW, NO_PARENT, Flight, NamesReader, PackedRecord, RingReader, gist, refers_to, url_of
from hwebcore.traces import Trace

FAST_S = 0.05
#: What arrived is told of 10 times a second: the eye reads no more, and a paint takes longer than a tick.
SHOWN_S = 0.1
IDLE_S = 0.25
SWITCHED = 101
#: A request that ended so long ago counts in the second in which it did.
JUST_NOW_S = 1.5
MOST_ENTRIES = 100_000
MOST_ORPHANS = 1000
#: Slots that one tick of `run` takes of all rings: what is behind is read in several, with keys between them.
SLICE = 1024
LEAST_OF_A_RING = 16


@dataclass(frozen=True, slots=True)
class RingInfo:
    """What the snapshot says of a ring."""

    ring: str
    pool: str
    pid: int
    mode: str
    shadow: bool


@dataclass(slots=True)
class Entry:
    """One finished request. `number` counts all that this feed has seen."""

    number: int
    info: RingInfo
    #: As the ring had it: `record` shows it.
    packed: bytes
    names: NamesReader
    handler: str
    site: str
    children: tuple[bytes, ...] = ()

    @property
    def record(self) -> PackedRecord:
        return PackedRecord(self.packed)

    @property
    def key(self) -> tuple[str, int, int]:
        """What names it among what was captured (captures.py)."""
        return self.info.ring, self.info.pid, gist(self.packed)[1]

    @property
    def pool(self) -> str:
        return self.info.pool

    @property
    def mode(self) -> str:
        return self.info.mode

    @property
    def pid(self) -> int:
        return self.info.pid

    @property
    def url(self) -> str:
        return url_of(self.packed)

    @property
    def method(self) -> str:
        return self.record.method

    @property
    def status(self) -> int:
        return self.record.status

    @property
    def substatus(self) -> int:
        return self.record.substatus

    @property
    def status_shown(self) -> str:
        return f"{self.status}.{self.substatus}"

    @property
    def client(self) -> str:
        return self.record.client

    @property
    def bytes_sent(self) -> int:
        return self.record.bytes_sent

    @property
    def user_shown(self) -> str:
        return self.record.user or self.record.managed_user or "-"

    @property
    def shadow(self) -> bool:
        return self.info.shadow or bool(self.record.flags & FLAG_SHADOW)

    @property
    def shadow_shown(self) -> str:
        return "yes" if self.shadow else "no"

    @property
    def duration_us(self) -> float:
        start, end, _ = self.record.times
        return max(0.0, (end - start) * 1e6)

    @property
    def steps(self) -> int:
        return self.record.ends


@dataclass(frozen=True, slots=True)
class Compared:
    """A request run in both modes. `entry`: the one it began with."""

    entry: Entry
    integrated: Trace
    classic: Trace
    comparison: Comparison


class Feed:
    """The store. `tick` reads once; `run` ticks as long as the console lives and calls `arrived` after each tick that brought something."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, most: int = MOST_ENTRIES, wall: Callable[[], float] = time.time
    ) -> None:  # fmt: skip
        self._clock, self._wall = clock, wall
        self._most = most
        self._readers: dict[str, tuple[RingInfo, RingReader]] = {}
        self._wanted: dict[str, RingInfo] = {}
        self._lost_with_rings = 0
        self._orphans: dict[tuple[str, int], list[bytes]] = {}
        self.entries: list[Entry] = []
        self.seen = 0
        #: Of all requests under "", of each pool under its name; of each mode.
        self.figures: dict[str, Figures] = {}
        self.modes: dict[str, Figures] = {}
        #: What was compared last, by the address that Place("compare") carries.
        self.compared: dict[str, Compared] = {}
        self.arrived: list[Callable[[], None]] = []
        #: Rings that could not be opened: asked again with the next snapshot.
        self.open_ring: Callable[[str], Any] | None = None

    @property
    def dropped(self) -> int:
        return self._lost_with_rings + sum(reader.lost for _, reader in self._readers.values())

    # --- rings ---

    def want(self, snapshot: Mapping[str, Any]) -> None:
        """Take note of the rings of a snapshot; they are opened by `adopt`."""
        self._wanted = {
            str(ring["ring"]): RingInfo(str(ring["ring"]), str(ring.get("pool") or ""), int(ring.get("pid") or 0),
                                        str(ring.get("mode") or "Integrated"), bool(ring.get("shadow")))
            for ring in snapshot.get("rings") or ()
        }  # fmt: skip

    async def adopt(self) -> None:
        """Open rings that are new, read to the end and leave those that are gone."""
        for name, info in self._wanted.items():
            if name not in self._readers and self.open_ring is not None:
                try:
                    reader = await self.open_ring(name)
                except (Refused, OSError, LookupError, ValueError):
                    continue  # gone with its worker, or not there yet: asked again with the next snapshot
                self._readers[name] = (info, reader)
        for name in [name for name in self._readers if name not in self._wanted]:
            info, reader = self._readers[name]
            while last := self._take(info, reader):
                self._add(last)
            self._lost_with_rings += reader.lost
            del self._readers[name]
            reader.close()
            self._orphans = {key: value for key, value in self._orphans.items() if key[0] != name}

    def add_reader(self, info: RingInfo, reader: RingReader) -> None:
        self._readers[info.ring] = (info, reader)
        self._wanted[info.ring] = info

    # --- reading ---

    def tick(self, most: int = 4096, tell: bool = True) -> int:
        """Read every ring once, at most `most` slots of each; the number of requests that arrived. `tell`: call `arrived`."""
        fresh = [taken for info, reader in self._readers.values() for taken in self._take(info, reader, most)]
        self._add(fresh)
        if len(self.entries) > self._most + self._most // 100:
            del self.entries[: len(self.entries) - self._most]
        if fresh and tell:
            self._tell()
        return len(fresh)

    def _tell(self) -> None:
        for callback in self.arrived:
            callback()

    def _add(self, fresh: list[tuple[float, Entry]]) -> None:
        """Rings are read one after the other: the requests of a tick are put in the order in which they ended."""
        fresh.sort(key=itemgetter(0))
        for number, (_, entry) in zip(count(self.seen + 1), fresh, strict=False):
            entry.number = number
        self.seen += len(fresh)
        self.entries += [entry for _, entry in fresh]

    async def run(self) -> None:
        interval = IDLE_S
        told, untold = 0.0, False
        while True:
            await asyncio.sleep(interval)
            if self._wanted.keys() != self._readers.keys():
                await self.adopt()
            most = max(LEAST_OF_A_RING, SLICE // max(1, len(self._readers)))
            began = time.perf_counter()
            busy = self.tick(most, tell=False)
            # Of a machine that is short of time most is left to keys and paint: a tick takes a quarter of it at most.
            rest = min(IDLE_S, 3 * (time.perf_counter() - began))
            untold = untold or busy > 0
            if untold and began - told >= SHOWN_S * 0.9:
                told, untold = began, False
                self._tell()
            # With a full slice more may wait: it is read next, and shown as often as ever.
            interval = rest if busy >= most else max(FAST_S, rest) if busy or untold else min(IDLE_S, interval * 1.5)

    def _take(self, info: RingInfo, reader: RingReader, most: int = 4096) -> list[tuple[float, Entry]]:
        """When each ended, and the entry; its number is given when all rings have been read. Counted already."""
        taken: list[tuple[float, Entry]] = []
        now, wall_now, ring, orphans = self._clock(), self._wall(), info.ring, self._orphans
        seconds: dict[int, tuple[list[float], list[float], list[float]]] = {}
        named: dict[tuple[int, int], tuple[str, str]] = {}
        names, all_shadow = reader.names, info.shadow
        for record in reader.take(most):
            flags, request, start, end, wall, status, parent = gist(record)
            below = orphans.pop((ring, request), ()) if orphans else ()
            if parent != NO_PARENT:
                # A child ends before its parent, and waits for it with its own children.
                if len(orphans) > MOST_ORPHANS:
                    orphans.clear()
                orphans.setdefault((ring, parent), []).extend((record, *below))
                continue
            indexes = refers_to(record)
            if indexes not in named:
                named[indexes] = _named(names, *indexes)
            site, handler = named[indexes]
            ended = wall + end - start
            taken.append((ended, Entry(0, info, record, names, handler, site, tuple(below))))
            if not (all_shadow or flags & FLAG_SHADOW):
                # What ended just now counts as now; what a console finds when it comes, when it was.
                second = int(now if wall_now - ended < JUST_NOW_S else now - wall_now + ended)
                durations, failed, talks = seconds.get(second) or seconds.setdefault(second, ([], [], []))
                # A WebSocket's time is how long two talked.
                (talks if status == SWITCHED else durations).append(max(0.0, (end - start) * 1e6))
                if status >= 500:
                    failed.append(ended)
        for second, (durations, failed, talks) in seconds.items():
            for figures in (self._figures(self.figures, ""), self._figures(self.figures, info.pool), self._figures(self.modes, info.mode)):
                figures.turn(int(now))
                figures.count_all(second, len(failed), durations, len(talks))
        return taken

    @staticmethod
    def _figures(of: dict[str, Figures], name: str) -> Figures:
        found = of.get(name)
        if found is None:
            found = of[name] = Figures()
        return found

    # --- figures ---

    def rate(self, pool: str = "") -> float:
        figures = self.figures.get(pool)
        return figures.rate(int(self._clock())) if figures else 0.0

    def figures_of(self, pool: str) -> Figures | None:
        figures = self.figures.get(pool)
        if figures is not None:
            figures.turn(int(self._clock()))
        return figures

    @property
    def second(self) -> int:
        """The clock's whole second: what rates are asked with."""
        return int(self._clock())

    def trace(self, entry: Entry) -> Trace:
        """The whole trace of an entry, made now."""
        from hwebcore.trace_building import build

        names = entry.names

        def whole(packed: bytes) -> Trace:
            record = PackedRecord(packed).unpacked()
            sequence, handler = names.get("sequence", record.sequence), names.get("handler", record.handler)
            trace = build(record, sequence, handler, lambda index: names.get("outcome", index), entry.pid)
            below = tuple(whole(child) for child in entry.children if PackedRecord(child).parent == record.request)
            return replace(trace, children=below) if below else trace

        return whole(entry.packed)

    def in_flight(self, pool: str) -> int:
        """Requests under way in a pool's workers, read now."""
        return sum(len(reader.flights()) for info, reader in self._readers.values() if info.pool == pool and not info.shadow)

    def flights(self) -> list[tuple[RingInfo, Flight]]:
        """Every request under way in a worker that serves, read now."""
        return [(info, flight) for info, reader in self._readers.values() if not info.shadow for flight in reader.flights()]

    def keep_compared(self, compared: Compared) -> str:
        """Keep it for the Compare page; the key. The oldest of twenty goes."""
        key = str(compared.entry.number)
        self.compared[key] = compared
        while len(self.compared) > 20:
            del self.compared[next(iter(self.compared))]
        return key

    def clear(self) -> None:
        self.entries.clear()


def _named(names: NamesReader, sequence: int, handler: int) -> tuple[str, str]:
    """The names of site and handler."""
    return str(names.get("sequence", sequence).get("site") or ""), str(names.get("handler", handler).get("name") or "")
