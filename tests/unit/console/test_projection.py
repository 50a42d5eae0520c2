"""What a view sees of the feed: narrowed, paused, sorted, pinned."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.feed import Feed
from console.filters import parse
from console.projection import BATCH, ORDERS, Projection
from tests.support.ring_worker import Worker


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[tuple[Worker, Worker]]:
    pair = Worker(tmp_path, "a", 11, slots=4096), Worker(tmp_path, "b", 12)
    yield pair
    for worker in pair:
        worker.close()


def feed_of(*workers: Worker) -> Feed:
    feed = Feed(lambda: 100.0)
    for worker in workers:
        feed.add_reader(worker.info, worker.reader())
    return feed


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


def test_what_stood_there_at_the_pause_stays_for_every_filter(tmp_path: Path) -> None:
    worker = Worker(tmp_path, "a", 11, slots=4096)
    feed = Feed(lambda: 100.0, most=10)
    feed.add_reader(worker.info, worker.reader())
    projection = Projection(feed)
    for number in range(10):
        worker.serve(f"/old/{number}")
    feed.tick()
    projection.update()
    projection.pause(True)
    for number in range(30):
        worker.serve(f"/new/{number}")
    feed.tick()
    projection.narrow(parse("/old/3"))
    assert [entry.url for entry in projection.shown] == ["/old/3"]
    projection.narrow(parse(""))
    assert [entry.url for entry in projection.shown] == [f"/old/{number}" for number in range(10)]
    assert projection.waiting == 10  # the others are not kept
    projection.pause(False)
    assert [entry.url for entry in projection.shown] == [f"/new/{number}" for number in range(20, 30)]
    projection.pause(True)
    projection.clear()
    assert (projection.shown, projection.waiting) == ([], 0)
    worker.close()


def test_much_that_arrived_at_once_is_narrowed_in_slices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.projection.MOST_AT_ONCE", 2 * BATCH)
    monkeypatch.setattr(Projection.refine, "__defaults__", (0.0,))
    worker = Worker(tmp_path, "a", 11, slots=4096)
    feed = feed_of(worker)
    projection = Projection(feed, parse("/1"))
    for number in range(4 * BATCH):
        worker.serve(f"/{number}")
    feed.tick()
    assert projection.update()
    assert projection.refining
    while projection.refining:
        projection.refine(0.0)
    assert [entry.url for entry in projection.shown] == [f"/{number}" for number in range(4 * BATCH) if str(number).startswith("1")]
    worker.close()


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


def test_many_are_narrowed_in_slices_the_newest_first(workers: tuple[Worker, Worker]) -> None:
    worker = workers[0]
    feed = feed_of(worker)
    for number in range(4 * BATCH):
        worker.serve(f"/{number}", 404 if number % 2 else 200)
    feed.tick()
    projection = Projection(feed)
    projection.update()
    projection.narrow(parse("status=404"))
    projection.shown, projection._older, projection._told = [], feed.seen, 0.0
    projection.refine(0.0)
    assert projection.refining
    assert [entry.url for entry in projection.shown[-1:]] == [f"/{4 * BATCH - 1}"]
    assert len(projection.shown) == BATCH // 2
    worker.serve("/later", 404)
    feed.tick()
    projection.update()
    while projection.refining:
        projection.refine(0.0)
    assert [entry.number for entry in projection.shown] == [*range(2, 4 * BATCH + 1, 2), 4 * BATCH + 1]


def test_a_sorted_view_stands_still_and_comes_back(workers: tuple[Worker, Worker]) -> None:
    worker = workers[0]
    feed = feed_of(worker)
    projection = Projection(feed)
    for url, status in (("/b", 200), ("/c", 500), ("/a", 404)):
        worker.serve(url, status)
    feed.tick()
    projection.update()
    projection.sort_by("url")
    assert [entry.url for entry in projection.shown] == ["/a", "/b", "/c"]
    projection.sort_by("status", descending=True)
    assert [entry.status for entry in projection.shown] == [500, 404, 200]
    worker.serve("/d")
    feed.tick()
    assert not projection.update()
    assert projection.waiting == 1
    projection.sort_by("")
    assert [entry.url for entry in projection.shown] == ["/b", "/c", "/a", "/d"]
    assert projection.waiting == 0


@pytest.mark.parametrize("column", ORDERS)
def test_every_column_sorts(workers: tuple[Worker, Worker], column: str) -> None:
    feed = feed_of(*workers)
    projection = Projection(feed)
    for worker in workers:
        worker.serve("/x")
    feed.tick()
    projection.update()
    projection.sort_by(column, descending=True)
    assert len(projection.shown) == 2


def test_pins_outlive_filters_and_age(workers: tuple[Worker, Worker]) -> None:
    worker = workers[0]
    feed = feed_of(worker)
    projection = Projection(feed)
    worker.serve("/kept")
    feed.tick()
    projection.update()
    assert projection.toggle_pin(projection.shown[0])
    projection.narrow(parse("nothing"))
    feed.clear()
    projection.update()
    assert [entry.url for entry in projection.pins] == ["/kept"]
    assert not projection.toggle_pin(projection.pins[0])
    assert projection.pins == []


def test_find_goes_either_way(workers: tuple[Worker, Worker]) -> None:
    worker = workers[0]
    feed = feed_of(worker)
    projection = Projection(feed)
    for url in ("/a", "/b", "/a"):
        worker.serve(url)
    feed.tick()
    projection.update()
    assert [projection.find(parse("/a"), start, step) for start, step in ((0, 1), (1, 1), (1, -1), (3, 1), (-1, -1))] == [0, 2, 0, -1, -1]
