"""Keys as workers get them: told when the file changed, also those that are being started; a harmed file changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from hwebcore.instance_keys import InstanceKeys, application_keys
from hwebcore.plan import PoolPlan
from hwebcore.service.shared_keys import SharedKeys
from hwebcore.service.worker_process import WorkerProcess
from tests.support.server_driver import plan


class Told:
    """A worker that notes the keys that it was told."""

    def __init__(self, keys: SharedKeys, pool: PoolPlan) -> None:
        self._keys, self._pool = keys, pool
        self.heard: list[list[str]] = []

    def send_keys(self) -> None:
        self.heard.append(self._keys.of(self._pool)["S|/"])


# rules: forms.rotation
def test_who_serves_is_told_of_a_rotation(tmp_path: Path) -> None:
    said: list[str] = []
    keys = SharedKeys(tmp_path, said.append)
    pool = plan(tmp_path / "app", sites=(("S", 1, "/"),))
    worker = Told(keys, pool)
    keys.joined(cast(WorkerProcess, worker))
    first = keys.of(pool)["S|/"]
    keys.refresh()
    assert worker.heard == []
    InstanceKeys(tmp_path).rotate()
    for _ in range(3):
        keys.refresh()
    # Everybody reads with the new one before anybody seals with it.
    assert [heard[:1] for heard in worker.heard] == [first, worker.heard[0][1:]]
    assert [heard[1:] for heard in worker.heard] == [worker.heard[1][:1], first]
    (tmp_path / "key").chmod(0o644)
    keys.refresh()
    keys.refresh()
    assert len(worker.heard) == 2
    assert ["0600" in text for text in said] == [False, True]
    keys.left(cast(WorkerProcess, worker))
    (tmp_path / "key").chmod(0o600)
    InstanceKeys(tmp_path).forget()
    keys.refresh()
    assert len(worker.heard) == 2


# rules: forms.rotation
def test_a_key_that_was_forgotten_reads_nothing_from_the_next_look_on(tmp_path: Path) -> None:
    keys = SharedKeys(tmp_path, lambda text: None)
    pool = plan(tmp_path / "app", sites=(("S", 1, "/"),))
    worker = Told(keys, pool)
    keys.joined(cast(WorkerProcess, worker))
    file = InstanceKeys(tmp_path)
    file.rotate()
    file.refresh()
    file.forget()
    keys.refresh()
    keys.refresh()
    assert worker.heard == [application_keys(file.keys[:1], pool)["S|/"]]
