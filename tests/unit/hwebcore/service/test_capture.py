"""Who wants requests captured: the first makes the workers' detail rings, the last lets their memory go."""

from __future__ import annotations

from typing import cast

from hwebcore.service.capture import Capture
from hwebcore.service.rings import RingShelf, WorkerRings
from hwebcore.service.worker_process import WorkerProcess


class Told:
    """A worker that notes what its detail ring was when it was told."""

    def __init__(self, rings: WorkerRings) -> None:
        self.rings = rings
        self.heard: list[bool] = []

    def capture(self) -> None:
        self.heard.append(self.rings.details >= 0)


def test_the_first_and_the_last_who_watches_decide() -> None:
    shelf = RingShelf()
    capture = Capture(shelf)
    before, dead = shelf.make("P", "Integrated", False), shelf.make("P", "Integrated", False)
    shelf.died(dead)
    worker = Told(before)
    capture.joined(cast(WorkerProcess, worker))
    capture.begins(before)
    capture.ask("nobody who watched", False)
    assert (before.details, worker.heard) == (-1, [])
    capture.ask("a", True)
    capture.ask("a", True)
    capture.ask("b", True)
    assert (before.details >= 0, dead.details, worker.heard) == (True, -1, [True])
    later = shelf.make("Q", "Integrated", False)
    capture.begins(later)
    capture.ask("a", False)
    assert later.details >= 0
    capture.ask("b", False)
    assert (before.details, later.details, worker.heard) == (-1, -1, [True, False])
    capture.left(cast(WorkerProcess, worker))
    capture.ask("c", True)
    assert worker.heard == [True, False]
    shelf.close()
