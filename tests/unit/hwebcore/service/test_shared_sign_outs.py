"""Who signed out everywhere: every worker hears it, and a restarted service still knows."""

from __future__ import annotations

import json
import stat
import time
from pathlib import Path
from typing import Any, cast

import pytest

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
def test_every_worker_hears_it_and_it_is_kept(tmp_path: Path) -> None:
    words: list[str] = []
    outs = SharedSignOuts(tmp_path, words.append)
    one, other = Told(), Told()
    outs.joined(cast(WorkerProcess, one))
    outs.heard(said(1))
    outs.joined(cast(WorkerProcess, other))
    outs.heard(said(2))
    outs.heard(said(2))
    outs.left(cast(WorkerProcess, one))
    outs.heard(said(3))
    assert (len(one.heard), len(other.heard)) == (2, 2)
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
    outs.heard(message)
    assert outs.ended == []
    assert not (tmp_path / FILE).exists()


def test_a_file_that_is_a_link_is_not_written(tmp_path: Path) -> None:
    words: list[str] = []
    outs = SharedSignOuts(tmp_path, words.append)
    (tmp_path / FILE).symlink_to(tmp_path / "elsewhere")
    outs.heard(said(1))
    assert len(outs.ended) == len(words) == 1
    assert not (tmp_path / "elsewhere").exists()
