"""A virtual environment's folder: which Python it has, and whether a worker of ours can run on it.

Knows no pool. service/interpreter.py starts workers by it, the compiler tells what would be refused.
"""

from __future__ import annotations

import os
import re
import sys

_VERSION = re.compile(r"^version(?:_info)?\s*=\s*(\d+)\.(\d+)", re.MULTILINE)


def python_of(folder: str) -> str:
    return os.path.join(folder, "bin", "python")


def fault_of(folder: str) -> str:
    """Why no worker can run on it, "" where one can: another minor version cannot load the runtime's compiled parts."""
    try:
        with open(os.path.join(folder, "pyvenv.cfg"), encoding="utf-8", errors="replace") as file:
            match = _VERSION.search(file.read(65536))
    except OSError:
        match = None
    if match is None or not os.path.exists(python_of(folder)):
        return f"its VIRTUAL_ENV {folder} is no virtual environment"
    found = (int(match[1]), int(match[2]))
    if found != sys.version_info[:2]:
        ours = f"{sys.version_info[0]}.{sys.version_info[1]}"
        return f"its VIRTUAL_ENV {folder} has Python {found[0]}.{found[1]}, and this server runs {ours}"
    return ""
