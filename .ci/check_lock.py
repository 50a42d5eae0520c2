"""requirements.lock holds every dependency of pyproject.toml, each by hash, and names no place to fetch it from.

Knows no index: whether a newer release exists is not asked.
"""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> int:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    entries = re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE)
    locked = {normal(match[1]): entry for entry in entries if (match := re.match(r"([A-Za-z0-9._-]+)==", entry))}
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = [match[0] for text in wanted if (match := re.match(r"[A-Za-z0-9._-]+", text))]
    faults = [f"{name}: not in requirements.lock (make lock)" for name in names if normal(name) not in locked]
    faults += [f"{name}: no hash" for name, entry in locked.items() if "--hash=sha256:" not in entry]
    if re.search(r"://|^--", lock, re.MULTILINE):
        faults.append("requirements.lock names a place to fetch from")
    print("\n".join(faults) or f"requirements.lock: {len(locked)} packages, all by hash")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
