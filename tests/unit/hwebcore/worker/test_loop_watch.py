"""Whoever holds the loop is told with file and line; whoever does not is not."""

from __future__ import annotations

import asyncio
import importlib
import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from hwebcore.worker import loop_watch
from hwebcore.worker.loop_watch import LoopWatch

CODE = """
import time

def hold(until):
    while not until(): time.sleep(0.001)
"""


@pytest.fixture(autouse=True)
def _without_the_runner(monkeypatch: pytest.MonkeyPatch) -> None:
    """The script that pytest was started by stands below every frame, and is nobody's application."""
    monkeypatch.setattr(loop_watch, "_NOT_THEIRS", (*loop_watch._NOT_THEIRS, os.path.abspath(sys.argv[0])))


def users_code(folder: Path) -> Callable[[Callable[[], bool]], None]:
    file = folder / "slow_page.py"
    file.write_text(CODE)
    names: dict[str, Callable[[Callable[[], bool]], None]] = {}
    exec(compile(CODE, str(file), "exec"), names)
    return names["hold"]


async def test_the_line_that_holds_the_loop(tmp_path: Path) -> None:
    said: list[str] = []
    watch = LoopWatch(asyncio.get_running_loop(), [str(tmp_path)], said.append, lambda: True, limit_s=0.02)
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
    watch._held = lambda began: again.append(began) or held(began)  # type: ignore[func-returns-value,method-assign]  # what it says is not asked
    hold(lambda: bool(again) or time.monotonic() > end)  # the same place is told once a minute
    watch.stop()
    watch._thread.join(10)
    assert again
    assert len(said) == 2


async def test_an_import_is_told_once_and_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    watch = LoopWatch(asyncio.get_running_loop(), [str(tmp_path)], said.append, lambda: True, limit_s=0.02)
    watch.start()
    (tmp_path / "slow_import.py").write_text("import time\nfrom slow_import_seen import judged\nwhile not judged(): time.sleep(0.001)\n")
    judged: list[float] = []
    held = watch._held
    watch._held = lambda began: judged.append(began) or held(began)  # type: ignore[func-returns-value,method-assign]  # when is all that is asked
    monkeypatch.setitem(sys.modules, "slow_import_seen", SimpleNamespace(judged=lambda: judged))
    monkeypatch.syspath_prepend(tmp_path)
    importlib.import_module("slow_import")
    while not said:
        await asyncio.sleep(0)
    watch.stop()
    assert re.fullmatch(r"imported at the first request, in [0-9.]+ s: .*slow_import\.py:3 .*preloadEnabled.*", said[0])
    assert len(said) == 1


async def test_waiting_and_short_calls_are_nothing(tmp_path: Path) -> None:
    said: list[str] = []
    looks: list[str] = []
    watch = LoopWatch(asyncio.get_running_loop(), [str(tmp_path)], said.append, lambda: True, limit_s=5)
    place = watch._place
    watch._place = lambda: looks.append(place()) or looks[-1]  # type: ignore[func-returns-value,method-assign]  # what it says is not asked
    watch.start()
    hold = users_code(tmp_path)
    while not any(looks):
        hold(lambda: True)
        turns = len(looks)
        hold(lambda turns=turns: len(looks) > turns)  # type: ignore[misc]  # no lambda with a default is inferred
        await asyncio.sleep(0)
    watch.stop()
    watch._thread.join(10)
    assert said == []


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():
            await asyncio.sleep(0.001)


async def test_it_rests_without_connection_and_task_and_sees_again_when_woken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop_watch, "_LOOK_S", 0.001)
    connections, said, looks = [1], list[str](), list[None]()
    watch = LoopWatch(asyncio.get_running_loop(), [str(tmp_path)], said.append, lambda: bool(connections), limit_s=0.02)
    place = watch._place
    watch._place = lambda: looks.append(None) or place()  # type: ignore[func-returns-value,method-assign]  # what it says is not asked
    watch.start(asyncio.all_tasks())
    await until(lambda: len(looks) > 100)
    assert not watch.resting  # there is a connection
    connections.clear()
    left = asyncio.Event()
    theirs, lifespan = asyncio.create_task(left.wait()), asyncio.create_task(asyncio.Event().wait(), name="lifespan of a")
    looks.clear()
    await until(lambda: len(looks) > 100)
    assert not watch.resting  # somebody's task may go on
    left.set()
    await theirs
    await until(lambda: watch.resting)
    watch.wake()
    end = time.monotonic() + 10
    users_code(tmp_path)(lambda: bool(said) or time.monotonic() > end)
    assert "slow_page.py:5 (hold)" in said[0]
    await until(lambda: watch.resting)
    watch.stop()
    watch._thread.join(10)
    lifespan.cancel()


async def test_at_rest_it_asks_now_and_then_for_tasks_that_came_by_themselves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop_watch, "_LOOK_S", 0.001)
    monkeypatch.setattr(loop_watch, "_REST_S", 0.01)
    watch = LoopWatch(asyncio.get_running_loop(), [str(tmp_path)], lambda text: None, lambda: False)
    watch.start(asyncio.all_tasks())
    await until(lambda: watch.resting)
    theirs = asyncio.create_task(asyncio.Event().wait())
    await until(lambda: not watch.resting)
    theirs.cancel()
    await until(lambda: watch.resting)
    watch.stop()
    watch._thread.join(10)
