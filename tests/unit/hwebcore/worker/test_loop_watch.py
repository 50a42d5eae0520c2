"""Whoever holds the loop is told with file and line; whoever does not is not."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from pathlib import Path

from hwebcore.worker.loop_watch import LoopWatch

CODE = """
import time

def hold(until):
    while not until(): time.sleep(0.001)
"""


def users_code(folder: Path) -> Callable[[Callable[[], bool]], None]:
    file = folder / "slow_page.py"
    file.write_text(CODE)
    names: dict[str, Callable[[Callable[[], bool]], None]] = {}
    exec(compile(CODE, str(file), "exec"), names)
    return names["hold"]


async def test_the_line_that_holds_the_loop(tmp_path: Path) -> None:
    said: list[str] = []
    watch = LoopWatch(asyncio.get_running_loop(), [str(tmp_path)], said.append, limit_s=0.02)
    watch.start()
    hold = users_code(tmp_path)
    end = time.monotonic() + 10
    hold(lambda: bool(said) or time.monotonic() > end)
    while len(said) < 2:
        await asyncio.sleep(0)
    assert re.fullmatch(rf"the loop is held for over 20 ms by {re.escape(str(tmp_path))}/slow_page\.py:5 \(hold\).*", said[0])
    assert re.fullmatch(r"the loop was held for [0-9.]+ s by .*slow_page.*", said[1])
    again: list[float] = []
    held = watch._held
    watch._held = lambda began: again.append(began) or held(began)  # type: ignore[func-returns-value,method-assign]
    hold(lambda: bool(again) or time.monotonic() > end)  # the same place is told once a minute
    watch.stop()
    watch._thread.join(10)
    assert again
    assert len(said) == 2


async def test_waiting_and_short_calls_are_nothing(tmp_path: Path) -> None:
    said: list[str] = []
    looks: list[str] = []
    watch = LoopWatch(asyncio.get_running_loop(), [str(tmp_path)], said.append, limit_s=5)
    place = watch._place
    watch._place = lambda: looks.append(place()) or looks[-1]  # type: ignore[func-returns-value,method-assign]
    watch.start()
    hold = users_code(tmp_path)
    while not any(looks):
        hold(lambda: True)
        turns = len(looks)
        hold(lambda turns=turns: len(looks) > turns)  # type: ignore[misc]
        await asyncio.sleep(0)
    watch.stop()
    watch._thread.join(10)
    assert said == []
