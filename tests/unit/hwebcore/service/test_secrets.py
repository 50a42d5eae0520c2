"""The instance's key: hwebcore/service/secrets.py."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from hwebcore.service.secrets import application_keys, instance_key
from tests.support.server_driver import plan


def test_the_key_is_made_once_for_this_user_alone(tmp_path: Path) -> None:
    key = instance_key(tmp_path)
    assert len(key) == 32
    assert instance_key(tmp_path) == key
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    instance_key(tmp_path)
    (tmp_path / "key").chmod(0o644)
    with pytest.raises(PermissionError, match="0600"):
        instance_key(tmp_path)


def test_each_application_has_a_key_of_its_own_that_stays(tmp_path: Path) -> None:
    pool = plan(tmp_path / "app", sites=(("S", 1, "/"), ("S", 1, "/a"), ("T", 2, "/")))
    keys = application_keys(b"k" * 32, pool)
    assert set(keys) == {"S|/", "S|/a", "T|/"}
    assert len(set(keys.values())) == 3
    assert application_keys(b"k" * 32, pool) == keys
    assert application_keys(b"j" * 32, pool) != keys
