"""Tests mirror the source: model/edits.py has tests/unit/model/test_edits.py, and no unit test stands for a file that is not there.

Knows names only. What is tested otherwise stands in ELSEWHERE with the place; the list may only shrink.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("hwebcore", "model", "console", "themes")
#: Folder or file → where its tests are.
ELSEWHERE = {
    "console/screens": "tests/screens",
    "console/widgets": "tests/screens",
    "console/pages": "tests/screens",
    "console/wording": "tests/screens",
    "console/app.py": "tests/screens",
    "console/__main__.py": "tests/e2e",
    "console/cli/open.py": "tests/e2e",
    "console/cli/serve.py": "tests/e2e",
    "console/cli/service_process.py": "tests/e2e",
    "console/cli/stop.py": "tests/e2e",
    "hwebcore/plan_source.py": "a protocol: nothing runs in it",
    "hwebcore/pipeline/contract.py": "declarations: nothing runs in it",
    "hwebcore/worker/boot.py": "tests/e2e",
}


def sources() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z", *FLOORS], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    names = [name for name in listed.split("\0") if name.endswith(".py") and (ROOT / name).exists()]
    return [name for name in names if not name.endswith("/__init__.py")]


def is_elsewhere(name: str) -> bool:
    return any(name == place or name.startswith(place + "/") for place in ELSEWHERE)


def test_of(name: str) -> str:
    path = Path(name)
    return (Path("tests/unit") / path.parent / f"test_{path.name}").as_posix()


def main() -> int:
    names = sources()
    faults = [f"{name}: no {test_of(name)}" for name in names if not is_elsewhere(name) and not (ROOT / test_of(name)).exists()]
    faults += [f"{name}: named in ELSEWHERE, and not there" for name in ELSEWHERE if not (ROOT / name).exists()]
    packages = {path.parent.relative_to(ROOT).as_posix() for floor in FLOORS for path in (ROOT / floor).rglob("__init__.py")}
    wanted = {test_of(name) for name in names} | {f"tests/unit/{package}/test_init.py" for package in packages}
    for path in sorted((ROOT / "tests" / "unit").rglob("test_*.py")):
        name = path.relative_to(ROOT).as_posix()
        if name not in wanted and name.split("/")[2] in FLOORS:
            faults.append(f"{name}: a test for a file that is not there")
    print("\n".join(faults) or "tests mirror the source")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
