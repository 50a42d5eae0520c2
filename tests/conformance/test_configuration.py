"""Golden cases of the configuration system: files above a line of dashes, effective values and problems below it.

A case's upper part holds files, each after "== name"; the lower part holds queries "[Site/path] section", each followed by
what it comes to: attributes that somebody wrote, entries in order with "local" or "locked" where they are, problems after "!".
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from model.config_path import ConfigPath
from model.document import Document
from model.effective import EffectiveElement, EffectiveEntry, EffectiveSection, effective
from model.hierarchy import Hierarchy
from model.source import Problem, Source

CASES = sorted(Path(__file__).with_name("cases").joinpath("configuration").glob("*.txt"))


def read(path: Path) -> Document | None:
    try:
        return Document.read(path)
    except FileNotFoundError:
        return None


def unpack(text: str, folder: Path) -> str:
    """Writes the case's files and returns what is expected."""
    files, _, expected = text.partition("\n-----\n")
    for block in files.split("\n== ")[1:]:
        name, _, content = block.partition("\n")
        target = folder / name.strip()
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")
    return expected.strip()


def place(source: Source | None, folder: Path) -> str:
    if source is None:
        return ""
    file = Path(source.file)
    return f" ← {file.relative_to(folder) if folder in file.parents else file.name}:{source.line}"


def attributes(element: EffectiveElement) -> str:
    return " ".join(f"{name}={value.value}" for name, value in element.values.items() if not value.is_default)


def lines(element: EffectiveElement, folder: Path, indent: str = "") -> Iterator[str]:
    for name, value in element.values.items():
        if not value.is_default and not isinstance(element, EffectiveEntry):
            marks = " local" * value.local + " locked" * value.locked
            yield f"{indent}{name} = {value.value}{marks}{place(value.source, folder)}"
    for name, inner in element.elements.items():
        below = list(lines(inner, folder, indent + "  "))
        if below:
            yield f"{indent}{name}:"
            yield from below
    for entry in element.entries:
        marks = " local" * entry.local + " locked" * entry.locked
        yield f"{indent}{entry.name} {attributes(entry)}{marks}{place(entry.source, folder)}"
        yield from lines(entry, folder, indent + "  ")


def problem_line(problem: Problem, folder: Path) -> str:
    return f"! {problem.severity} {problem.code} {problem.message}{place(problem.source, folder)}"


def answer(query: str, hierarchy: Hierarchy, folder: Path) -> Iterator[str]:
    where, _, section = query[1:].partition("] ")
    path = ConfigPath.parse(where)
    yield query
    if section == "files":
        yield from (str(Path(document.path).relative_to(folder)) for document, _ in hierarchy.files_for(path) if folder in document.path.parents)
        yield from (problem_line(problem, folder) for problem in hierarchy.file_problems(path))
        return
    found: EffectiveSection = effective(hierarchy, section, path)
    yield from ("section locked",) * found.locked
    yield from lines(found.root, folder)
    yield from (problem_line(problem, folder) for problem in found.problems)


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_case(case: Path, tmp_path: Path) -> None:
    expected = unpack(case.read_text(encoding="utf-8"), tmp_path)
    server = read(tmp_path / "applicationHost.config")
    assert server is not None
    hierarchy = Hierarchy(server, read)
    queries = [line for line in expected.splitlines() if line.startswith("[")]
    assert queries, "a case asks something"
    found = "\n".join(line for query in queries for line in answer(query, hierarchy, tmp_path))
    assert found == "\n".join(line.rstrip() for line in expected.splitlines() if line.strip() and not line.startswith("#"))


def test_there_are_cases() -> None:
    assert len(CASES) >= 8
