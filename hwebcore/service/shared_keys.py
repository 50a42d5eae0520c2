"""The instance's keys as its workers get them: each application's own, again when `poolhouse key` changed the file.

Knows workers as what can be told, and no ticket. Who is told recycles nothing: what was sealed before is still read.
Look next at hwebcore/instance_keys.py.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hwebcore.instance_keys import InstanceKeys, application_keys
from hwebcore.plan import PoolPlan
from hwebcore.service.worker_process import WorkerProcess


class SharedKeys:
    """`report` hears of a file that cannot be used any more: the keys that were read stay in force."""

    def __init__(self, state_dir: Path, report: Callable[[str], None]) -> None:
        self._keys = InstanceKeys(state_dir)
        self._report = report
        self._fault = ""
        #: As the workers have them: the first seals.
        self._told = self._keys.keys
        self._workers: set[WorkerProcess] = set()

    def of(self, plan: PoolPlan) -> dict[str, list[str]]:
        return application_keys(self._told, plan)

    def refresh(self) -> None:
        """A new key is told to be read first and, with the next look, to seal: no worker seals with what another cannot read yet. One that
        was in force and is to be forgotten goes at once."""
        try:
            others, fault = self._keys.refresh(), ""
        except OSError as error:
            others, fault = False, str(error)
        if fault and fault != self._fault:
            self._report(f"the keys stay as they were: {fault}")
        self._fault = fault
        keys, sealing = self._keys.keys, self._told[0]
        told = (sealing, *(key for key in keys if key != sealing)) if others and sealing in keys else keys
        if told != self._told:
            self._told = told
            if told == keys:
                self._report(f"tickets are sealed with the newest of {len(keys)} keys")
            for worker in self._workers:
                worker.send_keys()

    def joined(self, worker: WorkerProcess) -> None:
        self._workers.add(worker)

    def left(self, worker: WorkerProcess) -> None:
        self._workers.discard(worker)
