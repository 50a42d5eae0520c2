"""`make rules`: which rules of rules.tsv no test names, and which names in tests are no rule. Exits 1 where there is one.

    python -m tests.conformance.check_rules

Knows heads of cases: a line "rules: ID…" before the first file or section; and of tests in Python the comments "# rules: ID…",
for what no text can show (time, load, files, processes). test_rules.py runs the same check.
"""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path

from tests.conformance.configuration_case import rules_of

HERE = Path(__file__).parent
TESTS = HERE.parent
_COMMENT = re.compile(r"^ *# rules: (.*)$", re.MULTILINE)


def rules(table: Path) -> dict[str, str]:
    """id → the rule with its source, in the table's order. Raises ValueError for a row that is not whole, or an id that stands twice."""
    found: dict[str, str] = {}
    with table.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            name = row["id"]
            if name in found or not row["rule"] or not row["source"]:
                raise ValueError(f"{table.name}: {name} stands twice, or has no rule or source")
            found[name] = f"{row['rule']} ({row['source']})"
    return found


def covered(cases: Path, tests: Path | None = None) -> dict[str, list[str]]:
    """id → the cases, and the files of tests, that name it."""
    found: dict[str, list[str]] = {}
    for path in sorted((*cases.rglob("*.txt"), *cases.rglob("*.http"), *cases.rglob("*.raw"))):
        text = path.read_text(encoding="utf-8")
        for name in rules_of(text.partition("\n== ")[0].partition("\n[")[0]):
            found.setdefault(name, []).append(path.relative_to(cases).as_posix())
    for path in sorted(tests.rglob("test_*.py")) if tests is not None else ():
        for line in _COMMENT.findall(path.read_text(encoding="utf-8")):
            for name in line.split():
                found.setdefault(name, []).append(path.name)
    return found


def check(table: Path, cases: Path, tests: Path | None = None) -> list[str]:
    """One line for each rule without a test and for each name that is no rule."""
    known, named = rules(table), covered(cases, tests)
    missing = [f"{name}\t{rule}" for name, rule in known.items() if name not in named]
    unknown = [f"{name}\tis no rule; {', '.join(places)} names it" for name, places in named.items() if name not in known]
    return missing + unknown


if __name__ == "__main__":
    found = check(HERE / "rules.tsv", HERE / "cases", TESTS)
    sys.stdout.write(("\n".join(found) if found else f"each of {len(rules(HERE / 'rules.tsv'))} rules has a test") + "\n")
    sys.exit(1 if found else 0)
