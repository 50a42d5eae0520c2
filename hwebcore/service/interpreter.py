"""Which Python runs a pool: that of the virtual environment that its environmentVariables name, ours otherwise.

Knows a folder and a version, no plan. Another minor version cannot load the runtime's compiled parts: refused, with the reason.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path

from hwebcore.service.failure import Failure, WorkerFailed

_VERSION = re.compile(r"^version(?:_info)?\s*=\s*(\d+)\.(\d+)", re.MULTILINE)


def interpreter_for(environment: Mapping[str, str], default: str) -> str:
    """The interpreter's path. Raises WorkerFailed."""
    folder = environment.get("VIRTUAL_ENV", "")
    if not folder:
        return default
    python = Path(folder) / "bin" / "python"
    try:
        match = _VERSION.search((Path(folder) / "pyvenv.cfg").read_text("utf-8", "replace"))
    except OSError:
        match = None
    if match is None or not python.exists():
        raise WorkerFailed(Failure("refused", f"its VIRTUAL_ENV {folder} is no virtual environment", 5059))
    found = (int(match[1]), int(match[2]))
    if found != sys.version_info[:2]:
        words = f"its VIRTUAL_ENV {folder} has Python {found[0]}.{found[1]}, and this server runs {sys.version_info[0]}.{sys.version_info[1]}"
        raise WorkerFailed(Failure("refused", words, 5059))
    return str(python)
