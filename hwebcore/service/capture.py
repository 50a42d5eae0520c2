"""Who wants requests captured: while one console does, every worker writes a detail ring; with the last their memory goes.

Knows consoles as what can be told apart, workers as what can be told; no request. control.py says who asks and who is gone, rings.py
makes the memory, worker/capturing.py is the other side.
"""

from __future__ import annotations

import contextlib
from collections.abc import Hashable

from hwebcore.service.rings import RingShelf, WorkerRings
from hwebcore.service.worker_process import WorkerProcess


class Capture:
    def __init__(self, rings: RingShelf) -> None:
        self._rings = rings
        self._asking: set[Hashable] = set()
        self._workers: set[WorkerProcess] = set()

    @property
    def on(self) -> bool:
        return bool(self._asking)

    def ask(self, who: Hashable, wanted: bool) -> None:
        """`who` wants requests captured, or does so no longer (also where it never did)."""
        before = self.on
        if wanted:
            self._asking.add(who)
        else:
            self._asking.discard(who)
        if self.on == before:
            return
        for rings in self._rings.all():
            if not self.on:
                rings.close_details()
            elif rings.alive:
                self.begins(rings)
        for worker in self._workers:
            worker.capture()

    def begins(self, rings: WorkerRings) -> None:
        """A worker with these rings is about to start: it captures from its first request on. Where there is no memory for it, it does
        without: no request may suffer for what a console wants to see."""
        if self.on:
            with contextlib.suppress(OSError):
                rings.open_details()

    def joined(self, worker: WorkerProcess) -> None:
        self._workers.add(worker)

    def left(self, worker: WorkerProcess) -> None:
        self._workers.discard(worker)
