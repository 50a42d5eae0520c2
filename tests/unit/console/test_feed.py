"""The feed reads real rings: order over workers, children, counts of what was lost, figures, projections."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.feed import Feed
from console.projection import Projection
from hwebcore.records import RingReader
from tests.support.ring_worker import Worker


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[tuple[Worker, Worker]]:
    pair = Worker(tmp_path, "a", 11), Worker(tmp_path, "b", 12, slots=32)
    yield pair
    for worker in pair:
        worker.close()


def feed_of(*workers: Worker, clock: float = 100.0, most: int = 10_000, wall: float = 1.0) -> Feed:
    feed = Feed(lambda: clock, most, lambda: wall)
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


def test_figures_of_a_pool(workers: tuple[Worker, Worker]) -> None:
    feed = feed_of(workers[0], clock=50.0)
    workers[0].serve("/a", took=0.001)
    workers[0].serve("/b", 503, took=0.003)
    feed.tick()
    figures = feed.figures_of("pool-a")
    assert figures is not None
    assert (figures.total, sum(figures.requests), sum(figures.errors)) == (2, 2, 1)
    assert figures.percentile(0.99) == pytest.approx(3000, rel=0.01)


def test_a_websocket_is_a_request_and_no_slow_answer(workers: tuple[Worker, Worker]) -> None:
    feed = feed_of(workers[0])
    workers[0].serve("/a", took=0.001)
    workers[0].serve("/ws", 101, took=3600.0)
    feed.tick()
    figures = feed.figures_of("pool-a")
    assert figures is not None
    assert (figures.total, sum(figures.requests)) == (2, 2)
    assert figures.percentile(0.99) == pytest.approx(1000, rel=0.01)


def test_what_a_console_finds_when_it_comes_is_no_rate_of_now(workers: tuple[Worker, Worker]) -> None:
    feed = feed_of(workers[0], clock=100.0, wall=1000.0)
    workers[0].serve("/earlier", 500, wall=990.0)
    workers[0].serve("/long-ago", wall=10.0)
    workers[0].serve("/now", wall=999.5)
    feed.tick()
    figures = feed.figures_of("pool-a")
    assert figures is not None
    assert (figures.total, sum(figures.requests), sum(figures.errors)) == (3, 2, 1)
    assert figures.rate(101) == pytest.approx(0.2), "the last one alone"
    assert figures.last_seconds(11)[:2] == [1.0, 0.0], "where it was"


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
