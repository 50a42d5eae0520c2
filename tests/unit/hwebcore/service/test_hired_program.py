"""Programs that a pool names for its events: hwebcore/service/hired_program.py."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from hwebcore.service import hired_program
from hwebcore.service.child_process import Launch
from hwebcore.service.hired_program import run_program
from hwebcore.service.logs import open_log


async def run(tmp_path: Path, program: str, parameters: str) -> tuple[str, str]:
    """What it says went wrong, and what the program printed."""
    log = tmp_path / "pool.log"
    problem = await run_program(program, parameters, Launch("program", program, -1, {"NAME": "of the pool"}), open_log(log))
    return problem, log.read_text()


async def test_it_runs_with_its_parameters_and_the_pools_environment(tmp_path: Path) -> None:
    problem, printed = await run(tmp_path, sys.executable, "-c 'import os, sys; print(os.environ[\"NAME\"], sys.argv[1:])' 12 'a b'")
    assert (problem, printed) == ("", "of the pool ['12', 'a b']\n")


@pytest.mark.parametrize(
    ("program", "parameters", "words"),
    [("/nowhere/x", "", "could not be run"), (sys.executable, "'", "could not be run"), (sys.executable, "-c 'raise SystemExit(3)'", "exit code 3")],
)
async def test_what_goes_wrong_is_told(program: str, parameters: str, words: str, tmp_path: Path) -> None:
    assert words in (await run(tmp_path, program, parameters))[0]


async def test_one_that_does_not_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hired_program, "_LIMIT_S", 0.05)
    assert "did not end within" in (await run(tmp_path, sys.executable, "-c 'import time; time.sleep(60)'"))[0]
