"""A first look sees the pools and sites that the hierarchy will see."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.first_look import MOST_BYTES, first_look
from model.workspace import Workspace

SAMPLES = Path(__file__).parents[3] / "sample_configs"


@pytest.mark.parametrize("sample", ["first-run", "migration-errors", "crash-loop"])
def test_the_same_as_the_whole_reading(sample: str) -> None:
    file = SAMPLES / sample / "applicationHost.config"
    look, hierarchy = first_look(file), Workspace.open(file).hierarchy
    assert look is not None
    assert look.pools == {pool.name: pool.managed_pipeline_mode for pool in hierarchy.pools()}
    assert look.sites == {
        site.name: (
            next(application.application_pool for application in site.applications if application.path == "/"),
            tuple(application.path for application in site.applications if application.path != "/"),
        )
        for site in hierarchy.sites()
    }
    assert {look.mode_of(site) for site in look.sites} <= {"Integrated", "Classic"}


def test_a_broken_file_shows_what_stands_before_the_fault(tmp_path: Path) -> None:
    file = tmp_path / "applicationHost.config"
    file.write_bytes(b"<configuration><applicationPools><add name='A' /></applicationPools><sites><site name='S'></sit")
    look = first_look(file)
    assert look is not None
    assert (look.pools, list(look.sites)) == ({"A": "Integrated"}, ["S"])


@pytest.mark.parametrize("data", [b"", b"\x00\xff", b"<configuration/>", b"x" * 10])
def test_nothing_to_see(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "applicationHost.config"
    file.write_bytes(data)
    assert first_look(file) is None
    assert first_look(tmp_path / "none") is None


def test_a_file_too_large_waits(tmp_path: Path) -> None:
    file = tmp_path / "applicationHost.config"
    with file.open("wb") as handle:
        handle.truncate(MOST_BYTES + 1)
    assert first_look(file) is None
