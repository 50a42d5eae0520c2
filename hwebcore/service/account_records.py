"""The instance's accounts as workers get them: names, groups and scrypt records; looked at again when their file changes.

Knows one JSON file, written by `poolhouse account`, and no password. One that others may read is not used, and that is said.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hwebcore.accounts import Accounts
from hwebcore.plan import PoolPlan

FILE = "accounts"
_KEPT = ("name", "groups", "scrypt")


class AccountRecords:
    def __init__(self, state_dir: Path, report: Callable[[str], None]) -> None:
        self._path = state_dir / FILE
        self._report = report
        self._stamp: tuple[int, ...] = ()
        self.records: list[dict[str, Any]] = []
        self.refresh()

    def refresh(self) -> bool:
        """Whether they are others than before."""
        try:
            status = self._path.lstat()
            stamp: tuple[int, ...] = (status.st_mtime_ns, status.st_size, status.st_ino, status.st_mode, status.st_uid)
        except OSError:
            stamp = ()
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        before, self.records = self.records, self._read() if stamp else []
        return self.records != before

    def of(self, plan: PoolPlan) -> list[dict[str, Any]]:
        """What a worker of the pool needs: nothing, where nobody is asked for a password."""
        return self.records if any(settings.basic.enabled for settings in plan.settings) else []

    def _read(self) -> list[dict[str, Any]]:
        """Without what Basic authentication has no use for: the NT hash stays here."""
        try:
            status = self._path.lstat()
            if not stat.S_ISREG(status.st_mode) or stat.S_IMODE(status.st_mode) & 0o077 or status.st_uid != os.getuid():
                self._report(f"{self._path} is not used: it must be a file of this user alone (0600)")
                return []
            found = [{name: value[name] for name in _KEPT} for value in json.loads(self._path.read_bytes())["accounts"]]
            Accounts(found)  # what a worker could not read is told here, and reaches none
            return found
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            self._report(f"{self._path} is not used: {error}")
            return []
