"""Golden cases of the configuration system: files above a line of dashes, effective values and problems below it.

A case's upper part holds files, each after "== name"; the lower part holds queries, each followed by what it comes to.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance.configuration_case import Case

CASES = sorted(Path(__file__).with_name("cases").joinpath("configuration").glob("*.txt"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path, tmp_path: Path) -> None:
    case = Case(path.read_text(encoding="utf-8"), tmp_path)
    assert case.queries, "a case asks something"
    assert "\n".join(case.answers()) == "\n".join(case.expected)


def test_there_are_cases() -> None:
    assert len(CASES) >= 8
