"""That a process of ours ends with its service, also when its loop is held: hwebcore/worker/process_life.py."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hwebcore.worker.process_life import say

ROOT = Path(__file__).resolve().parents[4]
CODE = """
import sys, time
sys.path.insert(0, sys.argv[2])
from hwebcore.worker import process_life
process_life._LAST_SECONDS = 0.3

async def main(channel):
    process_life.say("begun")
    if "hold" in sys.argv:
        time.sleep(60)
    try:
        await channel.receive()
    except ConnectionError:
        process_life.say("left")

sys.exit(process_life.live(int(sys.argv[1]), main))
"""


def test_each_line_of_a_traceback_has_its_own_stamp(capfd: pytest.CaptureFixture[str]) -> None:
    say("a page failed\nTraceback:\n  line 1\n2026-01-01T00:00:00Z [1] another's\n")
    lines = capfd.readouterr().err.splitlines()
    stamps = [line.partition("] ")[0] for line in lines]
    assert all(stamp.endswith(f"Z [{os.getpid()}") for stamp in stamps)
    assert [line.partition("] ")[2] for line in lines] == ["a page failed", "| Traceback:", "|   line 1", "| 2026-01-01T00:00:00Z [1] another's"]


def _run(*words: str) -> tuple[int, str, float]:
    ours, theirs = socket.socketpair()
    process = subprocess.Popen(
        [sys.executable, "-c", CODE, str(theirs.fileno()), str(ROOT), *words], pass_fds=(theirs.fileno(),), stderr=subprocess.PIPE, text=True
    )
    theirs.close()
    assert process.stderr is not None
    first = process.stderr.readline()
    assert f"[{process.pid}] begun" in first
    begin = time.monotonic()
    ours.close()
    rest = process.stderr.read()
    process.stderr.close()
    return process.wait(), rest, time.monotonic() - begin


def test_it_leaves_when_the_channel_breaks() -> None:
    code, rest, _ = _run()
    assert code == 0
    assert "left" in rest


def test_it_is_ended_when_somebody_holds_the_loop() -> None:
    code, _, seconds = _run("hold")
    assert code == 3
    assert seconds < 10
