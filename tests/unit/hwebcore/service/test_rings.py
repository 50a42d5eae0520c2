"""A worker's shared memory and how long it is kept: hwebcore/service/rings.py."""

from __future__ import annotations

import os

import pytest

from hwebcore.records import FlightsWriter, RingWriter, flight_told
from hwebcore.service.rings import RingShelf
from tests.support.finished_request import set_out


def test_a_pool_keeps_its_last_two_dead_rings() -> None:
    shelf = RingShelf()
    rings = [shelf.make("P", "Integrated", False) for _ in range(4)]
    other = shelf.make("Q", "Integrated", False)
    for ring in (*rings[:3], other):
        shelf.died(ring)
    assert {ring.name: ring.alive for ring in shelf.all()} == {"r2": False, "r3": False, "r4": True, "r5": False}
    assert shelf.get("r1") is None
    shelf.close()


def test_one_that_drained_for_long_is_no_older_than_its_death() -> None:
    """Who tells of its requests reads it after its end."""
    shelf = RingShelf()
    long, *others = [shelf.make("P", "Integrated", False) for _ in range(4)]
    for ring in (*others, long):
        shelf.died(ring)
    assert [ring.name for ring in shelf.all()] == ["r4", "r1"]
    assert long.in_flight() == []
    shelf.close()


def test_readers_cannot_write_and_see_what_is_under_way() -> None:
    shelf = RingShelf()
    rings = shelf.make("P", "Integrated", False)
    RingWriter(rings.ring, 1)
    flights = FlightsWriter(rings.flights)
    set_out(flights, 1, 0, flight_told(b"GET", b"127.0.0.1", 1, b"/a"))
    set_out(flights, 2, 1, flight_told(b"GET", b"127.0.0.1", 1, b"/child"))
    assert rings.in_flight() == ["GET /a"]
    assert rings.written() == 0
    for fd in rings.for_readers():
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.pwrite(fd, b"x", 0)
        os.close(fd)
    shelf.close()


def test_of_a_pool_that_is_gone_nothing_is_kept() -> None:
    shelf = RingShelf()
    dead, alive, other = shelf.make("P", "Integrated", False), shelf.make("P", "Integrated", False), shelf.make("Q", "Integrated", False)
    for ring in (dead, other):
        shelf.died(ring)
    shelf.drop("P")
    assert [ring.name for ring in shelf.all()] == [alive.name, other.name]
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(dead.ring)
    shelf.close()
