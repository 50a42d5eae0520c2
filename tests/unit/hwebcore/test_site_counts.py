"""Connections of sites over all workers: hwebcore/site_counts.py. In use: tests of worker/presence.py."""

from __future__ import annotations

import os

from hwebcore.platform import memory_file
from hwebcore.site_counts import WORKERS, SiteCounts, clear_row, table_bytes


def test_each_counts_in_its_own_row() -> None:
    fd = memory_file("counts", table_bytes())
    first, last = SiteCounts(fd, 0, {"a": 0, "b": 63}), SiteCounts(fd, WORKERS - 1, {"b": 63})
    first.add("b", 2)
    last.add("b", 1)
    last.add("unknown", 5)
    assert (first.elsewhere("b"), last.elsewhere("b"), first.elsewhere("a"), first.elsewhere("unknown")) == (1, 2, 0, 0)
    clear_row(fd, 0)
    assert last.elsewhere("b") == 0
    first.add("b", -1)  # counted before the row was cleared
    assert last.elsewhere("b") == 0
    os.close(fd)
