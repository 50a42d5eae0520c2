"""preCondition: which rows of modules and handlers take part in a pool.

Knows a pool's facts only as values. All tokens must hold; managedHandler alone is judged for each request, by the pipeline.
Used by modules.py and handlers.py.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

from hwebcore.plan import Mode

MANAGED_HANDLER = "managedHandler"


@dataclass(frozen=True, slots=True)
class PoolFacts:
    """What preconditions ask of a pool."""

    mode: Mode
    #: "" is No Managed Code.
    runtime_version: str = "v4.0"
    bitness: int = 64


@dataclass(frozen=True, slots=True)
class Verdict:
    """`reason` says why a row is out, "" where it is in; `unknown` is a token that nobody knows (the row is bad)."""

    reason: str = ""
    managed_handler: bool = False
    unknown: str = ""


@functools.cache
def judge(text: str, pool: PoolFacts) -> Verdict:
    managed_handler = False
    reason = ""
    for token in (part.strip() for part in text.split(",")):
        lowered = token.lower()
        if not token:
            continue
        if lowered == MANAGED_HANDLER.lower():
            managed_handler = True
        elif lowered == "integratedmode":
            reason = reason or _mode_reason(token, pool, "Integrated")
        elif lowered in ("classicmode", "isapimode"):
            reason = reason or _mode_reason(token, pool, "Classic")
        elif lowered in ("bitness32", "bitness64"):
            wanted = int(lowered[-2:])
            reason = reason or ("" if wanted == pool.bitness else f"preCondition {token}: the pool's processes have {pool.bitness} bits")
        elif lowered.startswith("runtimeversionv"):
            reason = reason or _runtime_reason(token, pool)
        else:
            return Verdict(unknown=token)
    return Verdict(reason, managed_handler)


def _mode_reason(token: str, pool: PoolFacts, wanted: str) -> str:
    return "" if pool.mode == wanted else f"preCondition {token}: the pool's managedPipelineMode is {pool.mode}"


def _runtime_reason(token: str, pool: PoolFacts) -> str:
    wanted = token[len("runtimeVersion") :].lower()
    if pool.runtime_version.lower() == wanted:
        return ""
    has = f"managedRuntimeVersion is {pool.runtime_version}" if pool.runtime_version else "No Managed Code is set (managedRuntimeVersion is empty)"
    return f"preCondition {token}: the pool's {has}" if pool.runtime_version else f"preCondition {token}: {has} in the pool"
