"""Small files in memory: valid a second, renewed when unchanged, bounded."""

from __future__ import annotations

import asyncio
import errno
import os
from pathlib import Path

import pytest

from hwebcore import content_cache
from hwebcore.content import Entry, open_file
from hwebcore.content_cache import MAX_FILE_BYTES, ContentCache, Replaced


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(content_cache.time, "monotonic", clock)
    return clock


def put(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    return str(path)


def test_a_file_is_held_for_a_second_and_then_looked_at_again(tmp_path: Path, clock: Clock) -> None:
    path = put(tmp_path / "a.txt", b"one")
    cache = ContentCache(hits=1)
    assert cache.get(path) is None
    assert cache.load(path, str(tmp_path))[1] == b"one"
    put(tmp_path / "a.txt", b"other")
    held = cache.get(path)
    assert held is not None
    assert held.data == b"one"
    clock.now += 1.0
    assert cache.get(path) is None
    assert cache.load(path, str(tmp_path))[1] == b"other"


def test_an_unchanged_file_is_not_read_again(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(tmp_path / "a.txt", b"one")
    cache = ContentCache(hits=1)
    cache.load(path, str(tmp_path))
    clock.now += 5
    monkeypatch.setattr(content_cache, "open_file", lambda entry: pytest.fail("read again"))
    assert cache.load(path, str(tmp_path))[1] == b"one"
    assert cache.get(path) is not None


def test_a_file_that_went_away_is_forgotten(tmp_path: Path, clock: Clock) -> None:
    path = put(tmp_path / "a.txt", b"one")
    cache = ContentCache(hits=1)
    cache.load(path, str(tmp_path))
    os.unlink(path)
    clock.now += 2
    assert cache.load(path, str(tmp_path)) == (None, None)
    assert cache.get(path) is None


def test_of_large_files_no_bytes_are_held_of_folders_nothing(tmp_path: Path) -> None:
    path = put(tmp_path / "large", b"x" * (MAX_FILE_BYTES + 1))
    cache = ContentCache(hits=1)
    entry, data = cache.load(path, str(tmp_path))
    assert entry is not None
    assert data is None
    assert cache.get(path) is None  # believed once it is open
    put(tmp_path / "large", b"small")
    assert cache.load(path, str(tmp_path))[1] == b"small"
    folder, nothing = cache.load(str(tmp_path), str(tmp_path))
    assert folder is not None
    assert (folder.kind, nothing) == ("directory", None)
    assert cache.get(str(tmp_path)) is None


async def test_a_large_file_that_is_asked_for_again_is_opened_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content_cache, "VALID_S", 0.2)
    path = put(tmp_path / "large", b"x" * (MAX_FILE_BYTES + 1))
    opened: list[int] = []
    monkeypatch.setattr(content_cache, "open_file", lambda entry: opened.append(open_file(entry)) or opened[-1])
    cache = ContentCache()
    first, _ = cache.load(path, str(tmp_path))
    again, _ = cache.load(path, str(tmp_path))
    assert first is not None
    assert again is not None
    held = cache.get(path)
    assert held is not None
    mine = [cache.open(path, again) for _ in range(4)]
    assert {id(file) for file in mine} == {id(held.file)}
    assert [file.descriptor for file in mine] == opened * 4
    while held.file is not None:  # it is not kept from whoever deletes it
        await asyncio.sleep(0.01)
    assert os.pread(opened[0], 1, 0) == b"x"
    mine.clear()
    with pytest.raises(OSError, match="descriptor"):
        os.fstat(opened[0])
    mine.append(cache.open(path, first))  # of an older look-up: one's own
    assert len(opened) == 2
    cache.load(path, str(tmp_path))
    held = cache.get(path)
    assert held is not None
    os.unlink(path)
    cache.load(path, str(tmp_path))
    assert held.file is None


async def test_few_large_files_are_open_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content_cache, "VALID_S", 0.2)
    monkeypatch.setattr(content_cache, "MOST_OPEN", 2)
    cache = ContentCache()
    paths = [put(tmp_path / f"large{number}", b"x" * (MAX_FILE_BYTES + 1)) for number in range(3)]

    def ask() -> list[str]:
        for path in 2 * paths:
            if cache.get(path) is None:
                cache.load(path, str(tmp_path))
        return [path for path in paths if cache.get(path) is not None]

    assert ask() == paths[:2]
    while cache.get(paths[0]) is not None:
        await asyncio.sleep(0.01)
    while not (found := ask()):  # the first ones are let go of
        await asyncio.sleep(0.01)
    assert len(found) <= 2


async def test_a_large_file_that_changes_while_it_is_open_is_looked_up_anew(tmp_path: Path) -> None:
    path = put(tmp_path / "large", b"x" * (MAX_FILE_BYTES + 1))
    cache = ContentCache()
    for _ in range(2):
        entry, _ = cache.load(path, str(tmp_path))
    assert entry is not None
    assert cache.get(path) is not None
    put(tmp_path / "large", b"y" * (MAX_FILE_BYTES + 2))
    assert cache.get(path) is None
    with pytest.raises(Replaced):
        ContentCache().open(path, entry)
    entry, _ = cache.load(path, str(tmp_path))
    assert entry is not None
    assert entry.stat.st_size == MAX_FILE_BYTES + 2
    assert os.pread(cache.open(path, entry).descriptor, 1, 0) == b"y"
    cache.load(str(tmp_path / "nothing"), str(tmp_path))
    os.unlink(path)
    cache.load(path, str(tmp_path))


def test_the_total_is_bounded_and_the_least_used_goes_first(tmp_path: Path) -> None:
    cache = ContentCache(max_total_bytes=100, hits=1)
    a, b, c = (put(tmp_path / name, name.encode() * 40) for name in "abc")
    for path in (a, b):
        cache.load(path, str(tmp_path))
    cache.load(a, str(tmp_path))
    cache.load(c, str(tmp_path))
    assert [cache.get(path) is not None for path in (a, b, c)] == [True, False, True]


def test_a_file_is_held_once_it_is_frequent(tmp_path: Path, clock: Clock) -> None:
    """serverRuntime: as many readings as frequentHitThreshold says, within frequentHitTimePeriod."""
    path = put(tmp_path / "a.txt", b"one")
    cache = ContentCache(hits=3, period_s=10.0)
    for _ in range(2):
        assert cache.load(path, str(tmp_path))[1] == b"one"
        assert cache.get(path) is None
    clock.now += 10.0  # the two count no more
    for held in (False, False, True):
        cache.load(path, str(tmp_path))
        assert (cache.get(path) is not None) == held


def test_a_held_file_stays_one_when_it_changes(tmp_path: Path, clock: Clock) -> None:
    path = put(tmp_path / "a.txt", b"one")
    cache = ContentCache(hits=2)
    for _ in range(2):
        cache.load(path, str(tmp_path))
    put(tmp_path / "a.txt", b"changed")
    clock.now += 1.0
    assert cache.load(path, str(tmp_path))[1] == b"changed"
    assert cache.get(path) is not None


def test_files_that_are_asked_for_once_are_counted_within_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content_cache, "MAX_ENTRIES", 3)
    cache = ContentCache(hits=2)
    paths = [put(tmp_path / str(number), b"x") for number in range(5)]
    for path in paths:
        cache.load(path, str(tmp_path))
    cache.load(paths[0], str(tmp_path))  # forgotten meanwhile
    assert cache.get(paths[0]) is None
    cache.load(paths[4], str(tmp_path))
    assert cache.get(paths[4]) is not None


def test_without_room_for_another_open_file_none_is_said_to_be_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(entry: Entry) -> int:
        raise OSError(errno.EMFILE, "Too many open files")

    path = put(tmp_path / "a.txt", b"one")
    monkeypatch.setattr(content_cache, "open_file", full)
    with pytest.raises(OSError, match="Too many"):
        ContentCache().load(path, str(tmp_path))
