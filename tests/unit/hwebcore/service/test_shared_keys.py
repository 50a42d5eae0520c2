"""Keys as workers get them: told when the file changed, also those that are being started; a harmed file changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from hwebcore.instance_keys import InstanceKeys
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
    keys.refresh()
    keys.refresh()
    assert [heard[1:] for heard in worker.heard] == [first]
    (tmp_path / "key").chmod(0o644)
    keys.refresh()
    keys.refresh()
    assert len(worker.heard) == 1
    assert ["0600" in text for text in said] == [False, True]
    keys.left(cast(WorkerProcess, worker))
    (tmp_path / "key").chmod(0o600)
    InstanceKeys(tmp_path).forget()
    keys.refresh()
    assert len(worker.heard) == 1
