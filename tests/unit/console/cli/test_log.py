from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from console.cli.command_line import run
from console.cli.instance import locate


@pytest.fixture
def pools(sample: Callable[[str], Path]) -> tuple[Path, Path]:
    """A configuration, and the folder of its pools' logs."""
    config = sample("first-run")
    folder = locate(str(config)).folders.logs / "pools"
    folder.mkdir(parents=True)
    return config, folder


def test_the_newest_lines_of_each_pool(pools: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    config, folder = pools
    (folder / "Shop.log").write_text("".join(f"line {number}\n" for number in range(60)))
    (folder / "Odd_name.log").write_text("\x1b[2Jprinted\n")
    assert run(["log", str(config), "--lines", "2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [text.split()[0] for text in lines] == ["Odd_name", "␛[2Jprinted", "Shop", "line", "line"]
    assert lines[-2:] == ["line 58", "line 59"]
    assert run(["log", str(config), "--pool", "odd/NAME", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "schema": 1, "log": "Odd_name", "path": str(folder / "Odd_name.log"), "lines": ["\x1b[2Jprinted"],
    }  # fmt: skip


def test_what_is_written_next_is_told_in_whole_lines(
    pools: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config, folder = pools
    path = folder / "Shop.log"
    path.write_text("before\n")
    turns = _turns(path)
    monkeypatch.setattr("console.cli.log.time.sleep", lambda seconds: next(turns))
    assert run(["log", str(config), "--lines", "0", "--follow"]) == 130
    assert capsys.readouterr().out.splitlines() == ["begun and ended", "anew"]


def _turns(path: Path) -> Iterator[None]:
    with path.open("a") as file:
        file.write("begun ")
    yield
    with path.open("a") as file:
        file.write("and ended\n")
    yield
    path.write_text("anew\n")
    yield
    raise KeyboardInterrupt


def test_following_goes_on_over_the_change_of_file(
    pools: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config, folder = pools
    (folder / "Shop.log.1").write_text("last of two ago\n")
    (folder / "Shop.log").write_text("first\n")
    turns = _full(folder / "Shop.log")
    monkeypatch.setattr("console.cli.log.time.sleep", lambda seconds: next(turns))
    assert run(["log", str(config), "--lines", "2", "--follow"]) == 130
    assert capsys.readouterr().out.splitlines() == ["last of two ago", "first", "second", "third", "late", "fourth", "fifth", "sixth"]
    assert run(["log", str(config), "--lines", "3"]) == 0
    assert capsys.readouterr().out.splitlines() == ["fourth", "fifth", "sixth"]


def _full(path: Path) -> Iterator[None]:
    """What a service does with a full log between two looks; a child process goes on in the old file."""
    former = path.with_name("Shop.log.1")
    with path.open("a") as file:
        file.write("second\nthi")
        file.flush()
        yield
        file.write("rd\n")
        file.flush()
        path.rename(former)
        path.write_text("fou")
        file.write("late\n")
    yield
    with path.open("a") as file:
        file.write("rth\n")
    yield
    with path.open("a") as file:
        file.write("fifth\n")
    path.rename(former)
    path.write_text("sixth\n")
    yield
    raise KeyboardInterrupt


def test_a_log_that_is_begun_later_is_followed_too_and_each_line_told_at_once(pools: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    config, folder = pools
    told = folder / "told.txt"
    turns = _begun(folder, told)
    monkeypatch.setattr("console.cli.log.time.sleep", lambda seconds: next(turns))
    with told.open("w") as stdout:  # a file, like a pipe, gets a line when there are many, or when it is told to
        monkeypatch.setattr("sys.stdout", stdout)
        assert run(["log", str(config), "--follow"]) == 130


def _begun(folder: Path, told: Path) -> Iterator[None]:
    (folder / "Shop.log").write_text("first\n")
    yield
    assert [text.split()[0] for text in told.read_text().splitlines()] == ["Shop", "first"]
    (folder / "Other.log").write_text("second\n")
    yield
    assert [text.split()[0] for text in told.read_text().splitlines()] == ["Shop", "first", "Other", "second"]
    raise KeyboardInterrupt


def test_a_pool_that_wrote_nothing(pools: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["log", str(pools[0]), "--pool", "Nobody"]) == 1
    assert "pool Nobody has written nothing" in capsys.readouterr().err
    assert run(["log", str(pools[0]), "--lines", "-1"]) == 2
