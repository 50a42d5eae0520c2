"""Who signed out everywhere: every worker hears it, and a restarted service still knows."""

from __future__ import annotations

import asyncio
import json
import os
import stat
import time
from pathlib import Path
from typing import Any, cast

import pytest

from hwebcore.service import shared_sign_outs
from hwebcore.service.shared_sign_outs import FILE, SharedSignOuts
from hwebcore.service.worker_process import WorkerProcess


class Told:
    """A worker that notes what it was told."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def send_ended(self, ended: list[tuple[str, float]]) -> None:
        self.heard += [number for number, _ in ended]


def said(number: int, seconds: float = 60.0) -> dict[str, Any]:
    return {"type": "signed_out", "number": f"{number:032x}", "until": time.time() + seconds}


# rules: forms.sign-out
async def test_every_worker_hears_it_and_it_is_kept(tmp_path: Path) -> None:
    words: list[str] = []
    outs = SharedSignOuts(tmp_path, words.append)
    one, other = Told(), Told()
    outs.joined(cast(WorkerProcess, one))
    outs.heard("P", said(1))
    outs.joined(cast(WorkerProcess, other))
    outs.heard("P", said(2))
    outs.heard("P", said(2))
    outs.left(cast(WorkerProcess, one))
    outs.heard("P", said(3))
    assert (len(one.heard), len(other.heard)) == (2, 2)
    await asyncio.sleep(0)  # one wait for the disk, for all that came in a turn of the loop
    path = tmp_path / FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with path.open("a") as file:
        file.write(json.dumps(["f" * 32, time.time() - 1]) + "\ntorn\n[1]\n")
    again = SharedSignOuts(tmp_path, words.append)
    assert [int(number, 16) for number, _ in again.ended] == [1, 2, 3]
    assert len(path.read_text().splitlines()) == 3
    assert words == []


@pytest.mark.parametrize("message", [{}, {"number": 5, "until": 9e9}, {"number": "f" * 32}, {"number": "f" * 32, "until": "soon"}, said(1, -1.0)])
def test_what_is_no_sign_out_is_nothing(tmp_path: Path, message: dict[str, Any]) -> None:
    outs = SharedSignOuts(tmp_path, lambda text: None)
    outs.heard("P", message)
    assert outs.ended == []
    assert not (tmp_path / FILE).exists()


async def test_a_file_that_is_a_link_is_not_written(tmp_path: Path) -> None:
    words: list[str] = []
    outs = SharedSignOuts(tmp_path, words.append)
    (tmp_path / FILE).symlink_to(tmp_path / "elsewhere")
    outs.heard("P", said(1))
    await asyncio.sleep(0)
    assert len(outs.ended) == len(words) == 1
    assert not (tmp_path / "elsewhere").exists()


async def test_a_pool_that_ends_very_many_takes_nobody_elses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an ended sign-in's tickets are worth is not for another pool's code to say."""
    monkeypatch.setattr(shared_sign_outs, "MOST_OF_POOL", 3)
    waits: list[int] = []
    monkeypatch.setattr(os, "fsync", waits.append)
    words: list[str] = []
    outs = SharedSignOuts(tmp_path, words.append)
    outs.heard("P", said(100))
    for number in range(9):
        outs.heard("Q", said(number))
    assert [int(number, 16) for number, _ in outs.ended] == [100, 0, 1, 2]
    assert ["'Q'" in text for text in words] == [True]
    await asyncio.sleep(0)
    assert len(waits) == 1
    assert len((tmp_path / FILE).read_text().splitlines()) == 4
