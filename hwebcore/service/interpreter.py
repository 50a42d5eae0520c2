"""Which Python runs a pool: that of the virtual environment that its environmentVariables name, ours otherwise.

Knows no plan. What makes an environment usable: hwebcore/virtual_environment.py.
"""

from __future__ import annotations

from collections.abc import Mapping

from hwebcore.service.failure import Failure, WorkerFailed
from hwebcore.virtual_environment import fault_of, python_of


def interpreter_for(environment: Mapping[str, str], default: str) -> str:
    """The interpreter's path. Raises WorkerFailed."""
    folder = environment.get("VIRTUAL_ENV", "")
    if not folder:
        return default
    fault = fault_of(folder)
    if fault:
        raise WorkerFailed(Failure("refused", fault, 5059))
    return python_of(folder)
