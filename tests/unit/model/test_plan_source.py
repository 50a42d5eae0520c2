"""FilePlanSource on real files: each change of a file becomes a generation; half-written files do not."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from hwebcore.plan import Generation
from model import document, plan_source
from model.plan_source import FilePlanSource
from tests.support.meaning import server, web, write

LISTING = web('<system.webServer><directoryBrowse enabled="true" /></system.webServer>')


@asynccontextmanager
async def watching(folder: Path) -> AsyncIterator[tuple[FilePlanSource, AsyncIterator[Generation]]]:
    write(folder, {"applicationHost.config": server(), "s/index.html": "hello"})
    source = FilePlanSource(folder)
    generations = source.generations()
    try:
        yield source, generations
    finally:
        await generations.aclose()  # type: ignore[attr-defined]  # an async generator


async def following(generations: AsyncIterator[Generation]) -> Generation:
    async with asyncio.timeout(20):
        return await anext(generations)


def scopes(generation: Generation) -> list[str]:
    assert generation.pools is not None
    return [scope.prefix for scope in generation.pools[0].applications[0].scopes]


async def test_a_change_of_the_server_file(tmp_path: Path) -> None:
    async with watching(tmp_path) as (_, generations):
        first = await following(generations)
        assert [site.name for site in first.routes.sites] == ["S"]
        (tmp_path / "applicationHost.config").write_text(server().replace(":8080:", ":8181:"))
        assert (await following(generations)).routes.sites[0].bindings[0].port == 8181


async def test_a_save_by_rename(tmp_path: Path) -> None:
    async with watching(tmp_path) as (_, generations):
        await following(generations)
        (tmp_path / "new").write_text(server().replace(":8080:", ":8181:"))
        (tmp_path / "new").replace(tmp_path / "applicationHost.config")
        assert (await following(generations)).routes.sites[0].bindings[0].port == 8181


async def test_a_file_that_may_not_be_read_any_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither its text nor its time of writing changed. The superuser would be let in: here the permissions decide for it too."""
    read = document._read_bytes

    def as_others(path: Path) -> bytes:
        if not path.stat().st_mode & 0o444:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return read(path)

    monkeypatch.setattr(document, "_read_bytes", as_others)
    config, inner = tmp_path / "applicationHost.config", tmp_path / "s" / "web.config"
    write(tmp_path, {"s/web.config": LISTING})
    async with watching(tmp_path) as (_, generations):
        await following(generations)
        config.chmod(0)
        shut = await following(generations)
        assert shut.pools is None
        assert [problem.message for problem in shut.problems] == ["The file cannot be read: Permission denied"]
        config.chmod(0o644)
        assert (await following(generations)).pools is not None
        inner.chmod(0)
        closed = await following(generations)
        assert closed.pools is not None
        told = [(problem.source.file, problem.message) for problem in closed.problems if problem.source is not None and problem.severity == "error"]
        assert told == [(str(inner), "The file cannot be read: Permission denied")]


async def test_a_new_web_config_a_changed_one_and_one_that_goes(tmp_path: Path) -> None:
    async with watching(tmp_path) as (_, generations):
        assert scopes(await following(generations)) == ["/"]
        write(tmp_path, {"s/in/web.config": LISTING})
        assert scopes(await following(generations)) == ["/in", "/"]
        write(tmp_path, {"s/in/web.config": web("")})
        assert scopes(await following(generations)) == ["/"]


async def test_code_that_changes(tmp_path: Path) -> None:
    async with watching(tmp_path) as (_, generations):
        first = await following(generations)
        write(tmp_path, {"s/app.py": "x = 1"})
        second = await following(generations)
        assert first.pools is not None
        assert second.pools is not None
        assert (first.pools[0].code_digest, second.pools[0].code_digest != "") == ("", True)


async def test_a_broken_server_file_says_so_and_the_usable_plan_stays(tmp_path: Path) -> None:
    async with watching(tmp_path) as (source, generations):
        await following(generations)
        (tmp_path / "applicationHost.config").write_text("<configuration>\n<system")
        broken = await following(generations)
        assert broken.pools is None
        assert broken.problems[0].source is not None
        assert broken.problems[0].source.line == 2
        assert source.shadow("P", "Classic").mode == "Classic"
        (tmp_path / "applicationHost.config").write_text(server())
        assert (await following(generations)).pools is not None


async def test_a_half_written_file_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_source, "PATIENCE_S", 20.0)
    async with watching(tmp_path) as (source, generations):
        await following(generations)
        config = tmp_path / "applicationHost.config"
        whole = server().replace(":8080:", ":8181:")
        config.write_text(whole[:40])
        arriving = asyncio.ensure_future(following(generations))
        while source.readings < 2:  # the half file was read and not believed
            await asyncio.sleep(0)
        config.write_text(whole)
        assert (await arriving).pools is not None


async def test_refresh_always_answers(tmp_path: Path) -> None:
    async with watching(tmp_path) as (source, generations):
        first = await following(generations)
        await source.refresh()
        assert (await following(generations)).pools == first.pools


async def test_no_configuration_at_all(tmp_path: Path) -> None:
    source = FilePlanSource(tmp_path)
    generations = source.generations()
    generation = await following(generations)
    await generations.aclose()  # type: ignore[attr-defined]  # an async generator
    assert generation.pools is None
    assert generation.problems[0].code == "0x80070002"
    with pytest.raises(KeyError):
        source.shadow("P", "Classic")


async def test_a_defect_of_the_compiler_refuses_one_text_and_the_watching_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> Generation:
        raise ZeroDivisionError("nobody thought of this")

    async with watching(tmp_path) as (source, generations):
        assert (await following(generations)).pools is not None
        with monkeypatch.context() as patched:
            patched.setattr(plan_source, "compile_next", broken)
            await source.refresh()
            refused = await following(generations)
        assert refused.pools is None
        assert "nobody thought of this" in refused.problems[0].message
        await source.refresh()
        assert (await following(generations)).pools is not None


async def test_a_file_that_is_away_for_a_moment_counts_as_it_comes_back(tmp_path: Path) -> None:
    async with watching(tmp_path) as (source, generations):
        write(tmp_path, {"s/in/web.config": LISTING})
        assert sorted(scopes(await following(generations))) == ["/", "/in"]
        coming = asyncio.ensure_future(following(generations))
        await asyncio.sleep(0)  # it waits for a change now
        readings, file = source.readings, tmp_path / "s/in/web.config"
        file.rename(tmp_path / "s/in/web.config~")
        async with asyncio.timeout(20):
            while source.readings == readings:
                await asyncio.sleep(0.005)
        file.write_text(LISTING.replace("true", "false"))
        assert sorted(scopes(await coming)) == ["/", "/in"]


async def test_a_file_that_is_there_and_cannot_be_read_is_no_absent_one(tmp_path: Path) -> None:
    async with watching(tmp_path) as (_, generations):
        file = tmp_path / "s/in/web.config"
        file.parent.mkdir()
        file.symlink_to(file)
        generation = await following(generations)
        [message] = [problem.message for problem in generation.problems if problem.source and problem.source.file == str(file)]
        assert "cannot be read" in message


async def test_a_file_that_config_source_names_counts_as_soon_as_any_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_source, "CHECK_S", 60.0)
    write(tmp_path, {"s/web.config": web('<system.webServer><directoryBrowse configSource="in\\browse.xml" /></system.webServer>'), "s/in/x": ""})
    async with watching(tmp_path) as (_, generations):
        first = await following(generations)
        assert first.pools is not None
        assert first.pools[0].settings[0].error is not None or first.pools[0].settings[0].faults
        write(tmp_path, {"s/in/browse.xml": '<directoryBrowse enabled="true" />'})  # one that was missing
        async with asyncio.timeout(5):
            second = await anext(generations)
        assert second.pools is not None
        assert second.pools[0].settings[0].directory_browse.enabled
        write(tmp_path, {"s/in/browse.xml": '<directoryBrowse enabled="false" />'})
        async with asyncio.timeout(5):
            third = await anext(generations)
        assert third.pools is not None
        assert not third.pools[0].settings[0].directory_browse.enabled


async def test_a_file_that_another_took_the_place_of_need_not_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with watching(tmp_path) as (source, generations):
        await following(generations)
        coming = asyncio.ensure_future(following(generations))
        while source.readings < 2:  # the look after the watching began
            await asyncio.sleep(0.005)
        monkeypatch.setattr(plan_source, "REST_S", 60.0)
        (tmp_path / "new").write_text(server().replace(":8080:", ":8181:"))
        (tmp_path / "new").replace(tmp_path / "applicationHost.config")
        assert (await coming).routes.sites[0].bindings[0].port == 8181


async def test_one_watcher_sees_all_folders_and_new_ones(tmp_path: Path) -> None:
    second = '<application path="/two" applicationPool="P"><virtualDirectory path="/" physicalPath="two" /></application></site>'
    write(tmp_path, {"two/index.html": ""})
    async with watching(tmp_path) as (source, generations):
        await following(generations)
        (tmp_path / "applicationHost.config").write_text(server().replace("</site>", second))
        await following(generations)
        assert sorted(name for watcher in source._watchers[1:] for name in watcher.folders) == [str(tmp_path / "s"), str(tmp_path / "two")]
        write(tmp_path, {"two/web.config": LISTING})
        third = await following(generations)
        assert third.pools is not None
        assert [settings.directory_browse.enabled for settings in third.pools[0].settings] == [False, True]
