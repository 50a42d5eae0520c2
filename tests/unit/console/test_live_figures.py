"""The strip of live figures: of all, a mode, a pool, within any width."""

from __future__ import annotations

from pathlib import Path

from console.feed import Feed
from console.lines import Line
from console.live_figures import strip, summary
from tests.support.ring_worker import Worker


def text(entry: Line) -> str:
    return "".join(run.text.plain for run in (*entry.left, *entry.right))


def busy(folder: Path) -> Feed:
    now = [100.0]
    feed = Feed(lambda: now[0], wall=lambda: 1.0)
    workers = [Worker(folder, "a", 1), Worker(folder, "b", 2)]
    for worker in workers:
        feed.add_reader(worker.info, worker.reader())
    for number in range(20):
        workers[number % 4 == 0].serve("/x", 503 if number % 10 == 0 else 200, took=0.001 * (number + 1))
    feed.tick()
    for worker in workers:
        worker.close()
    now[0] = 101.0
    return feed


def test_all_modes_and_pools_have_a_line(tmp_path: Path) -> None:
    lines = [text(entry) for entry in strip(busy(tmp_path), 140, expanded=True)]
    assert [line.split()[0] for line in lines[1:]] == ["all", "I", "pool-a", "pool-b"]
    assert "4.0" in lines[1]
    assert "0.4" in lines[1]
    assert "20 ms" in lines[1]
    assert "▁" in lines[1]


def test_one_line_when_there_is_no_room(tmp_path: Path) -> None:
    feed = busy(tmp_path)
    assert len(strip(feed, 80, expanded=False)) == 1
    assert [part in text(summary(feed, 70)) for part in ("4.0 r/s", "5xx/s", "p50", "p95", "p99")] == [True] * 5
    assert "p50" not in text(summary(feed, 40))
    assert all(len(text(summary(feed, width))) <= width for width in range(30, 100))


def test_nothing_seen() -> None:
    assert strip(Feed(), 80, expanded=False) == []
    assert text(summary(Feed(), 80)) == ""
