"""StaticCompressionModule with the files' handler: rt 4.1, 10.5; what a client sees is in the golden cases."""

from __future__ import annotations

import gzip
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hwebcore.compressed_copies import CompressedCopies
from hwebcore.compression import CompressedType, CompressionScheme
from hwebcore.handlers.static_file import StaticFile
from hwebcore.modules.static_compression import _MOST_KNOWN, StaticCompression
from hwebcore.pipeline.context import Context
from hwebcore.pipeline.threads import BlockingThreads
from hwebcore.plan import ScopeSettings, StaticContent
from hwebcore.plan import StaticCompression as Settings
from tests.support.exchange import ROW, SOURCE, body, exchange, host, told

TEXT = b"some text, and some more of it\n" * 200
LARGE = b"".join(b"%d, " % number for number in range(60_000))
SETTINGS = ScopeSettings(
    static_content=StaticContent(mime_map=((".txt", "text/plain"),)),
    static_compression=Settings(True, (CompressionScheme("gzip", 7, SOURCE),), (CompressedType("text/*", True),), ignore_hits=True, source=SOURCE),
)


class World:
    """A folder with files, the module and the handler, and a thread that compresses."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "root"
        self.root.mkdir()
        self.folder = folder / "copies"
        self.folder.mkdir()
        self.threads = BlockingThreads(1)
        self.copies = CompressedCopies(os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY), [str(self.root)])
        self.host = host(self.root, threads=self.threads, copies=self.copies)
        self.write("a.txt", TEXT)
        self.take(SETTINGS)

    def take(self, settings: ScopeSettings) -> None:
        self.module = StaticCompression(settings, self.host)
        self.handler = StaticFile(ROW, settings, self.host)

    def change(self, **more: Any) -> None:
        self.take(replace(SETTINGS, static_compression=replace(SETTINGS.static_compression, **more)))

    def write(self, name: str, data: bytes, age_s: float = 60.0) -> None:
        (self.root / name).write_bytes(data)
        then = time.time() - age_s
        os.utime(self.root / name, (then, then))

    async def ask(self, target: str = "/a.txt", **headers: str) -> tuple[str, str, bytes]:
        """(what the module said, the answer's coding, the body), once nothing is being compressed."""
        context = exchange(target, headers={"Accept-Encoding": "gzip", **headers}, root=self.root, on=self.host)
        result = self.module.offer(context)
        reason = told(result).reason or "" if result is not None else ""
        self.handler.execute(context)
        coding = context.response.headers.get("Content-Encoding")
        answer = reason, coding, body(context)
        await self.settled()
        return answer

    async def settled(self) -> None:
        done = self.threads.run(lambda: None)  # the only thread takes one call after the other
        await done

    def close(self) -> None:
        self.threads.stop()
        self.copies.close()


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    made = World(tmp_path)
    yield made
    made.close()


Ask = Callable[..., Awaitable[tuple[str, str, bytes]]]


@pytest.mark.parametrize("data", [TEXT, LARGE], ids=["held", "sent from its descriptor"])
async def test_the_first_gets_the_file_the_next_its_copy(world: World, data: bytes) -> None:
    world.write("a.txt", data)
    assert await world.ask() == ("not compressed yet: its copy is being made", "", data)
    for _ in range(3):
        reason, coding, sent = await world.ask()
        assert (reason, coding, gzip.decompress(sent)) == ("a compressed copy (gzip)", "gzip", data)
    # What another worker made is there at once.
    world.take(SETTINGS)
    assert (await world.ask())[1] == "gzip"


async def test_several_parts_of_a_copy(world: World) -> None:
    world.change(not_for_ranges=False)
    await world.ask()
    whole = (await world.ask())[2]
    _, _, parts = await world.ask(Range="bytes=0-1,4-5")
    assert whole[0:2] in parts
    assert whole[4:6] in parts


# rules: compression.same-file
async def test_a_file_that_changed_is_sent_itself(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.ask()
    assert (await world.ask())[1] == "gzip"
    world.write("a.txt", TEXT.upper())
    monkeypatch.setattr(world.handler._cache, "get", lambda path: None)  # the handler sees it first
    reason, coding, sent = await world.ask()
    assert (reason, coding, sent) == ("a compressed copy (gzip)", "", TEXT.upper())
    for known in world.module._known.values():
        known.until = 0.0
    assert (await world.ask())[1:] == ("", TEXT.upper())
    assert gzip.decompress((await world.ask())[2]) == TEXT.upper()
    assert len(os.listdir(world.folder)) == 1
    (world.root / "a.txt").unlink()
    for known in world.module._known.values():
        known.until = 0.0
    await world.ask()
    assert os.listdir(world.folder) == []


async def test_one_that_changed_a_moment_ago_waits(world: World) -> None:
    world.write("a.txt", TEXT, age_s=0.0)
    assert (await world.ask())[0] == "not compressed: it changed a moment ago"
    assert os.listdir(world.folder) == []


async def test_a_frequent_file_is_compressed_a_seldom_one_not(world: World) -> None:
    world.change(ignore_hits=False)
    assert "frequentHitThreshold" in (await world.ask())[0]
    for known in world.module._known.values():
        known.began -= 11.0
    assert "frequentHitThreshold" in (await world.ask())[0]
    assert "being made" in (await world.ask())[0]


# rules: compression.not-for
async def test_http_10_gets_the_file(world: World) -> None:
    await world.ask()
    context = exchange("/a.txt", headers={"Accept-Encoding": "gzip"}, root=world.root, on=world.host)
    context.request.http_version = "1.0"
    assert "noCompressionForHttp10" in (told(world.module.offer(context)).reason or "")
    assert context.copy is None


# rules: compression.cpu
async def test_busy_processors_stop_compressing_not_sending(world: World) -> None:
    world.change(disable_cpu=80)
    await world.ask()
    world.write("b.txt", TEXT)
    world.module._cpu.weigh(81, 100)
    assert (await world.ask("/b.txt"))[0] == "not compressed: the processors are busier than 80 % (staticCompressionDisableCpuUsage)"
    assert (await world.ask())[1] == "gzip"
    world.module._cpu.weigh(49, 100)
    assert "being made" in (await world.ask("/b.txt"))[0]


# rules: compression.folder
async def test_who_may_not_write_sends_files(world: World) -> None:
    world.host.copies = None
    assert await world.ask() == ("not compressed: this worker has no folder for copies", "", TEXT)
    world.host.copies = world.copies
    world.folder.rmdir()
    assert await world.ask() == ("not compressed yet: its copy is being made", "", TEXT)
    assert await world.ask() == ("not compressed: its copy could not be made (No such file or directory)", "", TEXT)


async def test_one_copy_is_made_at_a_time(world: World) -> None:
    world.copies.busy = True
    assert (await world.ask())[0] == "not compressed yet: another copy is being made"


async def test_what_is_known_is_bounded_and_only_of_files(world: World) -> None:
    for number in range(_MOST_KNOWN + 5):
        world.write(f"{number}.txt", b"small")
        world.module.offer(exchange(f"/{number}.txt", headers={"Accept-Encoding": f"gzip, x{number}"}, root=world.root, on=world.host))
        assert world.module.offer(exchange(f"/none{number}", headers={"Accept-Encoding": "gzip"}, root=world.root, on=world.host)) is None
    assert len(world.module._known) == _MOST_KNOWN
    assert len(world.module._asked) <= _MOST_KNOWN


async def test_a_header_of_several_lines_is_one(world: World) -> None:
    await world.ask()
    context = exchange("/a.txt", headers={"Accept-Encoding": "br"}, root=world.root, on=world.host)
    context.request.headers.append("accept-encoding", "gzip")
    world.module.offer(context)
    assert context.copy is not None
    assert "none of the client's" in (await world.ask(**{"Accept-Encoding": "gzip," * 300}))[0]
    assert len(world.module._asked) == 2


async def test_it_keeps_out_where_nothing_is_compressed(world: World) -> None:
    for more in ({"enabled": False}, {"schemes": ()}, {"types": (CompressedType("*/*", False),)}):
        world.change(**more)
        assert world.module.subscriptions() == ()
        assert world.module.idle_reason
    world.change()
    [subscription] = world.module.subscriptions()
    assert subscription.priority == 0


async def test_another_vary_stays(world: World) -> None:
    await world.ask()
    context: Context = exchange("/a.txt", headers={"Accept-Encoding": "gzip"}, root=world.root, on=world.host)
    context.response.headers.append("Vary", "Origin")
    world.module.offer(context)
    world.handler.execute(context)
    assert context.response.headers.get_all("Vary") == ["Origin", "Accept-Encoding"]


async def test_a_filter_reads_the_file_itself(world: World) -> None:
    await world.ask()
    for _ in range(2):
        assert (await world.ask())[1] == "gzip"
        context = exchange("/a.txt", headers={"Accept-Encoding": "gzip"}, root=world.root, on=world.host)
        context.response.filters.append(Passing())
        world.module.offer(context)
        world.handler.execute(context)
        assert (context.response.headers.get("Content-Encoding"), body(context)) == ("", TEXT)


class Passing:
    def feed(self, data: bytes) -> bytes:
        return data

    def finish(self) -> bytes:
        return b""


async def test_a_folder_is_looked_at_once_a_second(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = []
    monkeypatch.setattr(world.module, "_look", lambda path, look=world.module._look: looked.append(path) or look(path))
    for _ in range(3):
        assert world.module.offer(exchange("/", headers={"Accept-Encoding": "gzip"}, root=world.root, on=world.host)) is None
    assert len(looked) == 1
