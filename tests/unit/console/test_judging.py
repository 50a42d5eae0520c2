"""A judging on a thread: it is told while it goes on, gives up at once where it is told to, and hands on what went wrong."""

from __future__ import annotations

import asyncio
import gc
import threading
from pathlib import Path

import pytest

from console.judging import Judging
from model.content_walk import walk
from model.progress import GivenUp, next_folder


async def test_what_takes_long_is_told_with_the_number_of_folders() -> None:
    told: list[str] = []
    enough = threading.Event()

    def look() -> None:
        next_folder()
        next_folder()
        assert enough.wait(30)

    judging = Judging("add site Big", look)
    assert judging.in_words == ""

    def tell() -> None:
        told.append(judging.in_words)
        enough.set()

    await judging.finished(tell)
    assert told[0] == "Add site Big: looking at what it would bring, 2 folders so far"


async def test_who_gives_up_does_not_wait_and_the_walk_ends(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    ended: list[type[BaseException]] = []
    go_on, over = threading.Event(), threading.Event()

    def look() -> None:
        assert go_on.wait(30)
        try:
            walk(tmp_path)
        except GivenUp as error:
            ended.append(type(error))
        over.set()

    judging = Judging("x", look)
    asyncio.get_running_loop().call_soon(judging.give_up)
    with pytest.raises(GivenUp):
        await judging.finished(lambda: None)
    go_on.set()
    assert over.wait(30)
    assert ended == [GivenUp]


async def test_who_waits_no_more_is_told_nothing() -> None:
    """Not by asyncio either: its report of an error that nobody took would stand in the terminal after the console's end."""
    loop, told, go_on = asyncio.get_running_loop(), [], threading.Event()
    loop.set_exception_handler(lambda loop, context: told.append(context))

    def look() -> None:
        assert go_on.wait(30)
        next_folder()

    waiting = asyncio.create_task(Judging("x", look).finished(lambda: None))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    del waiting
    go_on.set()
    for thread in threading.enumerate():
        if thread.name == "judging":
            thread.join(30)
    await asyncio.sleep(0)  # what the thread said is heard
    gc.collect()
    assert told == []


async def test_what_went_wrong_is_raised() -> None:
    def look() -> None:
        raise LookupError("no such place")

    with pytest.raises(LookupError, match="no such place"):
        await Judging("x", look).finished(lambda: None)
