"""The accounts' file as the service reads it."""

from __future__ import annotations

import json
import os
from pathlib import Path

from hwebcore.plan import BasicAuthentication, PoolPlan, ScopeSettings
from hwebcore.service.account_records import FILE, AccountRecords

ALICE = {"name": "alice", "groups": ["staff"], "scrypt": {"n": 2, "r": 8, "p": 1, "salt": "00", "hash": "00"}}


def write(folder: Path, *accounts: dict[str, object], mode: int = 0o600) -> None:
    unfinished = folder / "new"
    unfinished.write_text(json.dumps({"schema": 1, "accounts": accounts}))
    unfinished.chmod(mode)
    unfinished.replace(folder / FILE)


def test_they_are_looked_at_again_when_the_file_changes(tmp_path: Path) -> None:
    told: list[str] = []
    records = AccountRecords(tmp_path, told.append)
    assert (records.records, records.refresh()) == ([], False)
    write(tmp_path, {**ALICE, "nt": "[enc:PoolhouseAesGcm:AAAA:enc]"})
    assert records.refresh()
    assert records.records == [ALICE]  # the NT hash stays in the file
    assert not records.refresh()
    os.utime(tmp_path / FILE)
    assert not records.refresh()  # touched, and the same
    (tmp_path / FILE).unlink()
    assert records.refresh()
    assert (records.records, told) == ([], [])


def test_a_file_that_others_may_read_or_that_is_none_is_not_used(tmp_path: Path) -> None:
    told: list[str] = []
    write(tmp_path, ALICE, mode=0o644)
    assert AccountRecords(tmp_path, told.append).records == []
    assert "0600" in told[0]
    write(tmp_path, {"name": "x"})
    assert AccountRecords(tmp_path, told.append).records == []
    assert "not used" in told[1]
    write(tmp_path, {**ALICE, "scrypt": {"n": 2, "r": 8, "p": 1, "salt": "no hex", "hash": ""}})
    assert AccountRecords(tmp_path, told.append).records == []
    assert "not used" in told[2]


def test_only_pools_that_ask_for_a_password_get_them(tmp_path: Path) -> None:
    write(tmp_path, ALICE)
    records = AccountRecords(tmp_path, lambda text: None)
    asking = PoolPlan("P", "Integrated", settings=(ScopeSettings(), ScopeSettings(basic=BasicAuthentication(True))))
    assert records.of(asking) == [ALICE]
    assert records.of(PoolPlan("Q", "Integrated", settings=(ScopeSettings(),))) == []
