"""Third-party packages per floor: what each floor of the house may import, read from the source by AST.

Knows nothing of the floors among themselves: import-linter holds those (pyproject.toml). A new package here needs its reason there.
"""

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OURS = {"hwebcore", "model", "console", "themes", "sample_configs"}
#: Read by the type checker alone.
TYPES = {"__future__", "_typeshed"}
ALLOWED = {
    "hwebcore": {"uvloop", "httptools", "cryptography", "wsproto"},
    "model": {"cryptography", "pydantic", "typing_extensions", "watchfiles"},
    "console": {"textual", "rich", "pydantic"},
    "themes": {"textual"},
}
#: Deeper than a floor: the service meets no loop but asyncio's, the command line no screen.
FORBIDDEN = {
    "hwebcore/service": {"uvloop", "httptools", "wsproto", "textual"},
    "console/cli": {"textual", "rich"},
    "sample_configs": set(),
}


def imported(path: Path) -> set[tuple[str, int]]:
    found = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            found |= {(alias.name.partition(".")[0], node.lineno) for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add((node.module.partition(".")[0], node.lineno))
    return found


def main() -> int:
    faults = []
    for floor, allowed in ALLOWED.items():
        for path in sorted((ROOT / floor).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            forbidden = set().union(*(names for folder, names in FORBIDDEN.items() if name.startswith(folder + "/")))
            for package, line in sorted(imported(path)):
                known = package in sys.stdlib_module_names or package in OURS or package in TYPES
                if package in forbidden or not (known or package in allowed):
                    faults.append(f"{name}:{line}: {package} is not a package of this floor ({', '.join(sorted(allowed - forbidden))})")
    print("\n".join(faults) or "third-party packages: as allowed")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
