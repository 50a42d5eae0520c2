"""Golden cases of appcmd: files above a line of dashes, commands with what they print and change below it.

A case's upper part holds files, each after "== name" (applicationHost.config is cases/appcmd/server.config where it has none). Below,
"$ words" is a command ("a | b" feeds the second with what the first prints), followed by what it prints, "[exit N]" where that
is not 0, and "[NAME]" before the lines that a file lost and gained. DIR stands for the case's folder.
"""

from __future__ import annotations

import contextlib
import difflib
import io
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.cli.appcmd import program

FOLDER = Path(__file__).with_name("cases").joinpath("appcmd")
CASES = sorted(FOLDER.glob("*.txt"))


def unpack(text: str, folder: Path) -> list[str]:
    """Writes the case's files; its commands with what is expected."""
    files, _, expected = text.partition("\n-----\n")
    (folder / "applicationHost.config").write_text(FOLDER.joinpath("server.config").read_text("utf-8"), "utf-8")
    for name in ("www", "www/app", "www/app/sub", "www2", "mapped"):
        (folder / name).mkdir(exist_ok=True)
    for block in files.split("\n== ")[1:]:
        name, _, content = block.partition("\n")
        (folder / name.strip()).write_text(content, "utf-8")
    return [f"$ {part}".rstrip("\n") for part in f"\n{expected}".split("\n$ ")[1:]]


def texts(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text("utf-8") for path in sorted(folder.rglob("*.config"))}


def result(command: str, folder: Path) -> Iterator[str]:
    """What the command prints and changes, as a case writes it."""
    before = texts(folder)
    fed = ""
    status = 0
    for words in command.split(" | "):
        stdin, output = io.TextIOWrapper(io.BytesIO(fed.encode())), io.StringIO()
        sys.stdin, kept = stdin, sys.stdin
        try:
            with contextlib.redirect_stdout(output):
                status = program.run(shlex.split(words))
        finally:
            sys.stdin = kept
        fed = output.getvalue()
    yield f"$ {command}"
    yield from fed.replace(str(folder), "DIR").splitlines()
    if status:
        yield f"[exit {status}]"
    after = texts(folder)
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            yield f"[{name}]" + ("" if name in after else " went") + ("" if name in before else " came")
            yield from changed(before.get(name, ""), after.get(name, ""))


def changed(before: str, after: str) -> Iterator[str]:
    for row in difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm=""):
        if row[:2] not in ("--", "++", "@@"):
            yield f"{row[0]} {row[1:].strip()}"


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_appcmd(case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("STATE", "CONFIG", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    folder = tmp_path / "server"
    folder.mkdir()
    monkeypatch.setenv("POOLHOUSE_CONFIG", str(folder))
    monkeypatch.chdir(folder)
    for expected in unpack(case.read_text("utf-8"), folder):
        command = expected.partition("\n")[0].removeprefix("$ ")
        assert "\n".join(result(command, folder)) == expected
