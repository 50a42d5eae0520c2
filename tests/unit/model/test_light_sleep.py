"""LightSleep: a watching thread that sleeps between changes, and hears of each."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from model import light_sleep
from model.watcher import Watcher
from tests.support.program_driver import eventually

#: Longer than any test waits: what happens within it was not its end.
LONG_S = 600.0

Watching = Callable[[Path], tuple[Watcher, threading.Event]]


@pytest.fixture
def watching() -> Iterator[Watching]:
    """A watcher of a folder, and what is set when it tells of a change."""
    with ExitStack() as made:

        def begin(folder: Path) -> tuple[Watcher, threading.Event]:
            folder.mkdir(exist_ok=True)
            told = threading.Event()
            watcher = Watcher([str(folder)], True, "applicationHost.config", lambda paths: told.set())
            made.callback(watcher.stop)
            return watcher, told

        yield begin


def asleep(watcher: Watcher) -> None:
    eventually(lambda: watcher._sleep._sleeper, "it sleeps")


@pytest.fixture
def for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(light_sleep, "_NAP_S", LONG_S)
    monkeypatch.setattr(light_sleep, "_SLEEP_S", LONG_S)


@pytest.mark.usefixtures("for_long")
def test_each_change_wakes_who_watches_there(tmp_path: Path, watching: Watching) -> None:
    one, told_one = watching(tmp_path / "one")
    other, told_other = watching(tmp_path / "other")
    for told, folder in ((told_other, "other"), (told_one, "one"), (told_other, "other")):
        asleep(one)
        asleep(other)
        told.clear()
        (tmp_path / folder / "web.config").write_text("<configuration/>", "utf-8")
        assert told.wait(30)


@pytest.mark.usefixtures("for_long")
def test_who_sleeps_can_be_stopped(tmp_path: Path, watching: Watching) -> None:
    watcher, told = watching(tmp_path)
    asleep(watcher)
    watcher.stop()
    watcher._thread.join(30)
    assert not watcher._thread.is_alive()
    assert not told.is_set()


def test_a_change_without_a_sign_is_seen_after_a_nap(tmp_path: Path, watching: Watching, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(light_sleep, "_ask_for_signs", lambda descriptor: True)
    monkeypatch.setattr(light_sleep, "_SLEEP_S", 0.05)
    watcher, told = watching(tmp_path)
    asleep(watcher)
    (tmp_path / "web.config").write_text("<configuration/>", "utf-8")
    assert told.wait(30)


def test_where_no_signs_are_given_the_steps_go_on(tmp_path: Path, watching: Watching, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(light_sleep, "_DESCRIPTORS", tmp_path / "none")
    monkeypatch.setattr(light_sleep, "_STEPS", 1)
    watcher, told = watching(tmp_path)
    eventually(lambda: watcher._sleep._before is None, "it watches")
    assert not watcher._sleep._signs
    (tmp_path / "web.config").write_text("<configuration/>", "utf-8")
    assert told.wait(30)
