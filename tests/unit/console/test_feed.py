"""The feed reads real rings: order over workers, children, counts of what was lost, figures, projections."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.feed import Feed, Figures, Projection, RingInfo
from console.filters import parse
from hwebcore.records import NamesWriter, RingReader, RingWriter, ring_bytes


class Worker:
    """Writes records as a worker does, into files."""

    def __init__(self, folder: Path, name: str, pid: int, slots: int = 64) -> None:
        self.info = RingInfo(name, f"pool-{name}", pid, "Integrated", False)
        self._fds = []
        for kind, size in (("ring", ring_bytes(slots)), ("flights", 384 * 4), ("names", 65536)):
            fd = os.open(folder / f"{name}-{kind}", os.O_RDWR | os.O_CREAT)
            os.ftruncate(fd, size)
            self._fds.append(fd)
        self._ring, self._names = RingWriter(self._fds[0], pid), NamesWriter(self._fds[2])
        steps = [["iis", "BEGIN_REQUEST", False, "RequestFilteringModule", "native", None]]
        value = {
            "site": "S",
            "application": "/",
            "pool": self.info.pool,
            "mode": "Integrated",
            "pid": pid,
            "steps": steps,
            "skipped": [],
            "tentative": "",
        }
        self._sequence = self._names.intern("sequence", "s", value)
        self._handler = self._names.intern(
            "handler", "h", {"name": "StaticFile", "modules": ["StaticFileModule"], "type": "", "handler_kind": "native"}
        )
        self._request = 0

    def reader(self) -> RingReader:
        self.handed = [os.dup(fd) for fd in self._fds]
        return RingReader(*self.handed)

    def serve(self, url: str, status: int = 200, wall: float = 1.0, took: float = 0.001, parent: int = 0) -> int:
        self._request += 1
        self._ring.write(
            0, self._request, parent, self._sequence, self._handler, status, 0, 0xFFFF, 10, 5.0, 5.0 + took, wall, 4000, b"GET", b"127.0.0.1",
            b"", b"", b"", url.encode(), [0, 5.0 + took / 2],
        )  # fmt: skip
        return self._request

    def close(self) -> None:
        for fd in self._fds:
            os.close(fd)


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[tuple[Worker, Worker]]:
    pair = Worker(tmp_path, "a", 11), Worker(tmp_path, "b", 12, slots=32)
    yield pair
    for worker in pair:
        worker.close()


def feed_of(*workers: Worker, clock: float = 100.0, most: int = 10_000) -> Feed:
    feed = Feed(lambda: clock, most)
    for worker in workers:
        feed.add_reader(worker.info, worker.reader())
    return feed


def test_requests_of_a_tick_stand_in_the_order_in_which_they_ended(workers: tuple[Worker, Worker]) -> None:
    first, second = workers
    feed = feed_of(first, second)
    first.serve("/1", wall=1.0)
    first.serve("/3", wall=3.0)
    second.serve("/2", wall=2.0)
    assert feed.tick() == 3
    assert [entry.url for entry in feed.entries] == ["/1", "/2", "/3"]
    assert [entry.number for entry in feed.entries] == [1, 2, 3]
    assert feed.tick() == 0


def test_names_make_a_trace_of_an_entry(workers: tuple[Worker, Worker]) -> None:
    feed = feed_of(workers[0])
    workers[0].serve("/photo", 404)
    feed.tick()
    entry = feed.entries[0]
    assert (entry.site, entry.handler, entry.pool, entry.status_shown, entry.user_shown, entry.steps) == (
        "S",
        "StaticFile",
        "pool-a",
        "404.0",
        "-",
        1,
    )
    trace = feed.trace(entry)
    assert (trace.url, trace.pid, trace.events[0].module) == ("/photo", 11, "RequestFilteringModule")


def test_children_stand_below_their_parent(workers: tuple[Worker, Worker]) -> None:
    worker = workers[0]
    feed = feed_of(worker)
    worker.serve("/grandchild", parent=2)
    worker.serve("/child", parent=3)
    worker.serve("/parent")
    feed.tick()
    assert [entry.url for entry in feed.entries] == ["/parent"]
    trace = feed.trace(feed.entries[0])
    assert [child.url for child in trace.children] == ["/child"]
    assert [child.url for child in trace.children[0].children] == ["/grandchild"]


def test_what_was_overwritten_is_counted(workers: tuple[Worker, Worker]) -> None:
    worker = workers[1]
    feed = feed_of(worker)
    for number in range(100):
        worker.serve(f"/{number}")
    feed.tick()
    assert feed.seen + feed.dropped == 100
    assert feed.dropped > 0


def test_the_store_is_bounded_and_projections_follow(workers: tuple[Worker, Worker]) -> None:
    worker = workers[0]
    feed = feed_of(worker, most=20)
    projection = Projection(feed)
    for _ in range(4):
        for number in range(10):
            worker.serve(f"/{number}")
        feed.tick()
        projection.update()
    assert len(feed.entries) <= 22
    assert projection.shown == feed.entries


def test_a_paused_projection_waits_and_counts(workers: tuple[Worker, Worker]) -> None:
    worker = workers[0]
    feed = feed_of(worker)
    projection = Projection(feed)
    worker.serve("/a")
    feed.tick()
    projection.update()
    projection.pause(True)
    worker.serve("/b")
    feed.tick()
    assert not projection.update()
    assert ([entry.url for entry in projection.shown], projection.waiting) == (["/a"], 1)
    projection.pause(False)
    assert [entry.url for entry in projection.shown] == ["/a", "/b"]


def test_a_projection_narrows_what_is_there_and_what_comes(workers: tuple[Worker, Worker]) -> None:
    worker = workers[0]
    feed = feed_of(worker)
    projection = Projection(feed)
    worker.serve("/a", 200)
    worker.serve("/b", 404)
    feed.tick()
    projection.update()
    projection.narrow(parse("status>=400"))
    worker.serve("/c", 500)
    feed.tick()
    projection.update()
    assert [entry.url for entry in projection.shown] == ["/b", "/c"]


def test_figures_of_a_pool(workers: tuple[Worker, Worker]) -> None:
    feed = feed_of(workers[0], clock=50.0)
    workers[0].serve("/a", took=0.001)
    workers[0].serve("/b", 503, took=0.003)
    feed.tick()
    figures = feed.figures_of("pool-a")
    assert figures is not None
    assert (figures.total, sum(figures.requests), sum(figures.errors)) == (2, 2, 1)
    assert figures.percentile(0.99) == pytest.approx(3000, rel=0.01)


def test_the_window_moves_on() -> None:
    figures = Figures()
    figures.count(100, False, 1.0)
    assert figures.rate(101) == pytest.approx(0.2)
    assert figures.rate(107) == 0
    assert figures.rate(1000) == 0
    assert len(figures.requests) == 60


async def test_rings_come_and_go_with_snapshots(workers: tuple[Worker, Worker]) -> None:
    worker = workers[0]
    feed = Feed(lambda: 1.0)

    async def open_ring(name: str) -> RingReader:
        if name == "gone":
            raise LookupError(name)
        return worker.reader()

    feed.open_ring = open_ring
    ring = {"ring": "a", "pool": "P", "pid": 11, "mode": "Classic", "shadow": False}
    feed.want({"rings": [ring, {"ring": "gone"}]})
    await feed.adopt()
    worker.serve("/last")
    feed.want({"rings": []})
    await feed.adopt()
    assert [entry.url for entry in feed.entries] == ["/last"]
    assert feed.tick() == 0
    for fd in worker.handed:
        with pytest.raises(OSError, match="Bad file"):
            os.fstat(fd)
    assert feed.trace(feed.entries[0]).events[0].module == "RequestFilteringModule"
