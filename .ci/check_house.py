"""The house: no package or top-level name that DESIGN.md 3 does not have, no name that says nothing, no file or function too long.

Knows the tracked files only. Limits: 500 lines a file, 60 a function, three lines of docstring at the head of every module of ours.
"""

import ast
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOP = {
    "pyproject.toml", "requirements.lock", "README.md", "ARCHITECTURE.md", "LICENSE", "Makefile", ".gitignore", ".ci", "docs",
    "hwebcore", "model", "console", "themes", "sample_configs", "tests", "benchmarks",
}  # fmt: skip
PACKAGES = {
    "hwebcore": {"wire", "pipeline", "modules", "managed", "handlers", "worker", "front", "service"},
    "model": {"defaults", "schema", "sections"},
    "console": {"cli", "cli/appcmd", "screens", "widgets", "pages", "wording"},
    "themes": set(),
    "tests": {"unit", "conformance", "screens", "e2e", "support"},
}
FLOORS = ("hwebcore", "model", "console", "themes")
EMPTY_WORDS = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "base", "misc", "stuff"}
#: A checker silenced, and nothing after it.
SILENCED = re.compile(r"#\s*(?:type:\s*ignore(?:\[[\w, -]*\])?|noqa(?::\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?)\s*$")
MOST_LINES, MOST_FUNCTION_LINES = 500, 60


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return [name for name in listed.split("\0") if name and (ROOT / name).exists()]


def check_places(names: list[str]) -> list[str]:
    faults = [f"{top}: no top-level name of the house" for top in sorted({name.partition("/")[0] for name in names} - TOP)]
    for name in names:
        parts = Path(name).parts
        if parts[0] in PACKAGES and len(parts) > 2 and parts[0] != "tests":
            folder = "/".join(parts[1:-1])
            if folder not in PACKAGES[parts[0]]:
                faults.append(f"{name}: {parts[0]}/{folder} is no package of the house")
        if parts[0] == "tests" and len(parts) > 2 and parts[1] not in PACKAGES["tests"]:
            faults.append(f"{name}: tests/{parts[1]} is no kind of test of the house")
        if parts[0] in FLOORS and Path(name).stem.lower() in EMPTY_WORDS:
            faults.append(f"{name}: a name that says nothing")
    return sorted(set(faults))


def check_source(name: str) -> list[str]:
    text = (ROOT / name).read_text("utf-8")
    faults = []
    lines = text.count("\n")
    if lines > MOST_LINES:
        faults.append(f"{name}: {lines} lines, more than {MOST_LINES}")
    tree = ast.parse(text)
    if name.split("/")[0] in FLOORS and not ast.get_docstring(tree):
        faults.append(f"{name}: no docstring that says what it does, what it must not know, where to look next")
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > MOST_FUNCTION_LINES:
                faults.append(f"{name}:{node.lineno}: {node.name} has {length} lines, more than {MOST_FUNCTION_LINES}")
    return faults


def check_silenced(name: str) -> list[str]:
    """What is kept from a checker has its reason beside it, in the same line."""
    lines = (ROOT / name).read_text("utf-8").splitlines()
    silent = (number for number, line in enumerate(lines, 1) if SILENCED.search(line) and "#" not in SILENCED.split(line)[0])
    return [f"{name}:{number}: no reason beside what silences a checker" for number in silent]


def main() -> int:
    names = tracked()
    faults = check_places(names)
    for name in names:
        if name.endswith(".py") and name.split("/")[0] in (*FLOORS, "tests", "benchmarks", ".ci"):
            faults += check_source(name)
            faults += check_silenced(name)
    print("\n".join(faults) or "the house: as drawn")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
