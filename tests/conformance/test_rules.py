"""Every rule has a golden case or a test, and the check that says so can fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance.check_rules import HERE, TESTS, check, rules


def test_every_rule_has_a_test() -> None:
    assert check(HERE / "rules.tsv", HERE / "cases", TESTS) == []
    assert len(rules(HERE / "rules.tsv")) > 270


def test_what_the_check_finds(tmp_path: Path) -> None:
    table = tmp_path / "rules.tsv"
    table.write_text("id\trule\tsource\na.b\tOne\tcfg 1\na.c\tTwo\tcfg 2\n", encoding="utf-8")
    (tmp_path / "one.txt").write_text("A case\nrules: a.b\n== applicationHost.config\nrules: a.c\n", encoding="utf-8")
    (tmp_path / "two.http").write_text("# A case\n# rules: x.y\n[files]\n", encoding="utf-8")
    assert check(table, tmp_path) == ["a.c\tTwo (cfg 2)", "x.y\tis no rule; two.http names it"]


def test_a_test_in_python_names_rules_in_a_comment(tmp_path: Path) -> None:
    table = tmp_path / "rules.tsv"
    table.write_text("id\trule\tsource\na.b\tOne\tcfg 1\na.c\tTwo\tcfg 2\n", encoding="utf-8")
    comment = "# rules" + ": "
    (tmp_path / "test_one.py").write_text(f"    {comment}a.b x.y\n", encoding="utf-8")
    assert check(table, tmp_path, tmp_path) == ["a.c\tTwo (cfg 2)", "x.y\tis no rule; test_one.py names it"]


def test_a_table_that_is_not_whole_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "rules.tsv"
    table.write_text("id\trule\tsource\na\tOne\tcfg 1\na\tTwo\tcfg 1\n", encoding="utf-8")
    with pytest.raises(ValueError, match="stands twice"):
        rules(table)
