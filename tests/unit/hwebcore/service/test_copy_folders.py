"""A folder for each pool's copies: its own, gone with it, and never what somebody else put in its place."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from hwebcore.plan import PoolPlan, ScopeSettings, StaticCompression
from hwebcore.service.copy_folders import CopyFolders
from hwebcore.service.identity import Identity
from tests.support.server_driver import plan

OWN = Identity("own")


@pytest.fixture
def pool(tmp_path: Path) -> PoolPlan:
    made = plan(tmp_path / "app")
    return replace(made, settings=(*made.settings, ScopeSettings(static_compression=StaticCompression(enabled=True))))


def folders(tmp_path: Path, said: list[str]) -> CopyFolders:
    return CopyFolders(tmp_path / "state", said.append)


# rules: compression.folder
def test_a_pool_that_compresses_has_a_folder_of_its_own(tmp_path: Path, pool: PoolPlan) -> None:
    said: list[str] = []
    made = folders(tmp_path, said)
    assert made.open(plan(tmp_path / "other"), OWN) == -1
    for name in (pool.name, "../..", "x" * 300):
        descriptor = made.open(replace(pool, name=name), OWN)
        assert os.fstat(descriptor).st_mode & 0o7777 == 0o700
        os.close(descriptor)
    assert len(os.listdir(tmp_path / "state" / "compressed")) == 3
    assert said == []


# rules: compression.folder
@pytest.mark.parametrize("harm", ["link", "open", "file"])
def test_what_is_not_ours_alone_is_not_used(tmp_path: Path, pool: PoolPlan, harm: str) -> None:
    said: list[str] = []
    made = folders(tmp_path, said)
    os.close(made.open(pool, OWN))
    [path] = (tmp_path / "state" / "compressed").iterdir()
    (path / "left").write_text("")
    if harm == "open":
        path.chmod(0o755)
        descriptor = made.open(pool, OWN)
        assert (os.fstat(descriptor).st_mode & 0o7777, os.listdir(path)) == (0o700, [])
        os.close(descriptor)
        return
    path.rename(tmp_path / "away")
    if harm == "link":
        path.symlink_to(tmp_path / "away")
    else:
        path.write_text("")
    assert made.open(pool, OWN) == -1
    assert len(said) == 1
    made.drop(pool.name)
    assert (tmp_path / "away" / "left").exists()
    assert not os.path.lexists(path)


# rules: compression.bounded
def test_folders_go_with_their_pools(tmp_path: Path, pool: PoolPlan) -> None:
    said: list[str] = []
    made = folders(tmp_path, said)
    made.keep(["none"])
    for name in ("a", "b", "c"):
        os.close(made.open(replace(pool, name=name), OWN))
    made.drop("a")
    made.drop("a")
    assert len(os.listdir(tmp_path / "state" / "compressed")) == 2
    folders(tmp_path, said).keep(["b", "z"])
    os.close(made.open(replace(pool, name="b"), OWN))
    assert len(os.listdir(tmp_path / "state" / "compressed")) == 1
    assert said == []


@pytest.mark.skipif(os.getuid() != 0, reason="only root gives a folder to another account")
def test_the_folder_is_its_accounts(tmp_path: Path, pool: PoolPlan) -> None:
    said: list[str] = []
    made = folders(tmp_path, said)
    other = Identity("other", 65534, 65534)
    for identity, uid in ((other, 65534), (OWN, 0), (other, 65534), (Identity("third", 1, 1), 1)):
        descriptor = made.open(pool, identity)
        assert os.fstat(descriptor).st_uid == uid
        os.close(descriptor)
    assert said == []
