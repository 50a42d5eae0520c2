"""A module's last minute is read from the traces of its site."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.module_figures import module_figures
from tests.unit.console.test_feed import Worker, feed_of


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Worker]:
    worker = Worker(tmp_path, "a", 11)
    yield worker
    worker.close()


def test_the_last_minute_of_a_module(worker: Worker) -> None:
    feed = feed_of(worker)
    worker.serve("/old", wall=10.0)
    worker.serve("/one", wall=1000.0, took=0.002)
    worker.serve("/two", wall=1001.0, took=0.004)
    feed.tick()
    found = module_figures(feed, "RequestFilteringModule", "S", now=1010.0)
    assert (found.stages, found.requests, found.steps) == (("BEGIN_REQUEST",), 2, 2)
    assert found.mean_us == pytest.approx(1500, rel=0.01)


def test_other_sites_and_other_modules_do_not_count(worker: Worker) -> None:
    feed = feed_of(worker)
    worker.serve("/one", wall=1000.0)
    feed.tick()
    assert module_figures(feed, "RequestFilteringModule", "Elsewhere", now=1010.0).requests == 0
    assert module_figures(feed, "Stamp", "S", now=1010.0).steps == 0
