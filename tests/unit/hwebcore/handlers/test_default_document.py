"""DefaultDocumentModule: rt 3.6, 10.2."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hwebcore.handlers.default_document import DefaultDocument
from hwebcore.pipeline.context import Context
from hwebcore.plan import DefaultDocument as Settings
from hwebcore.plan import Rule, ScopeSettings
from tests.support.exchange import ROW, SOURCE, exchange, host, told


class Children:
    """Records what it is asked to run."""

    def __init__(self) -> None:
        self.urls: list[str] = []

    async def __call__(self, context: Context, url: str, method: str | None = None) -> Context:
        self.urls.append(url)
        return context


async def run(root: Path, target: str, files: tuple[str, ...], *, enabled: bool = True, path: str | None = None) -> tuple[Any, list[str]]:
    children = Children()
    settings = ScopeSettings(default_document=Settings(enabled, tuple(Rule(name, SOURCE) for name in files)))
    waiting = DefaultDocument(ROW, settings, host(root, run_child=children)).execute(exchange(target, root=root, path=path))
    return (None if waiting is None else await waiting), children.urls  # type: ignore[misc]  # what is no None can be awaited


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "sub").mkdir()
    (tmp_path / "index.htm").write_text("i")
    (tmp_path / "home.txt").write_text("h")
    return tmp_path


async def test_the_first_that_exists_is_run_with_the_query(root: Path) -> None:
    outcome, urls = await run(root, "/?a=1", ("Default.htm", "home.txt", "index.htm"))
    assert urls == ["/home.txt?a=1"]
    assert (told(outcome).result, outcome.reason, outcome.source) == ("FINISH_REQUEST", "default document home.txt", SOURCE)


async def test_names_are_exact_and_files(root: Path) -> None:
    for files in (("Index.htm",), ("sub",), ("../home.txt",), ("none",), ()):
        assert await run(root, "/", files) == (None, [])
    assert await run(root, "/sub/", ("home.txt",)) == (None, [])


async def test_only_folders_with_their_slash_and_only_if_enabled(root: Path) -> None:
    assert await run(root, "/sub", ("home.txt",)) == (None, [])
    assert await run(root, "/", ("home.txt",), enabled=False) == (None, [])


async def test_the_childs_url_is_escaped(root: Path) -> None:
    folder = root / "a b?c#ü"
    folder.mkdir()
    (folder / "ho me.txt").write_text("h")
    _, urls = await run(root, "/x?q", ("ho me.txt",), path="/a b?c#ü/")
    assert urls == ["/a%20b%3Fc%23%C3%BC/ho%20me.txt?q"]
