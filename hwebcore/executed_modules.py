"""Whether a module that a configuration names runs in this server: for those who show modules, without loading one.

Knows names alone, no order and no request. pipeline/registers.py decides the same where requests run.
"""

from __future__ import annotations

from hwebcore.handlers import HANDLERS
from hwebcore.modules import NATIVE
from hwebcore.pipeline.registers import Registers


def module_gap(name: str, type_name: str) -> str:
    """Why the module is left out of every request ("X is not part of this server"), "" where it takes part. `type_name` "": native."""
    if type_name:
        return Registers().managed_gap(type_name)
    return "" if name in NATIVE or name in HANDLERS else f"{name} is not part of this server"
