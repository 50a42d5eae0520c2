"""What the program depends on is locked by hash, and importing it asks nobody on the network (reliability C 28)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: Imports every module of its first argument's packages; an attempt to reach somebody ends it.
IMPORTS = """
import importlib, pkgutil, sys

def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        raise SystemExit(f"{event} {arguments}")

sys.addaudithook(watch)
for name in sys.argv[1:]:
    package = importlib.import_module(name)
    for found in pkgutil.walk_packages(package.__path__, f"{name}."):
        if not found.name.endswith(".__main__"):
            importlib.import_module(found.name)
"""


# rules: supply.hashes
def test_the_lock_holds_every_dependency_by_hash(tmp_path: Path) -> None:
    check = ROOT / ".ci" / "check_lock.py"
    assert subprocess.run([sys.executable, check], capture_output=True, check=False).returncode == 0
    (tmp_path / ".ci").mkdir()
    copy = tmp_path / ".ci" / check.name
    copy.write_text(check.read_text("utf-8"), "utf-8")
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text("utf-8"), "utf-8")
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    (tmp_path / "requirements.lock").write_text("\n".join(line for line in lock.splitlines() if "--hash" not in line), "utf-8")
    assert b"no hash" in subprocess.run([sys.executable, copy], capture_output=True, check=False).stdout


# rules: supply.no-network
def test_importing_asks_nobody() -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORTS, "hwebcore", "model", "console", "themes"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
