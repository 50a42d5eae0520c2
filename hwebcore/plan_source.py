"""The PlanSource protocol: how the service gets its plans, from whatever program hosts the runtime.

Knows nothing of where plans come from. model/plan_source.py is the one that watches configuration files.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Protocol

from hwebcore.plan import Generation, Mode, PoolPlan


class PlanSource(Protocol):
    def generations(self) -> AsyncIterator[Generation]:
        """The first generation at once, then one after each change that was seen (whether or not it compiles)."""
        ...

    async def refresh(self) -> None:
        """Look at the sources now: another generation comes soon, even if nothing changed."""
        ...

    def configure(self, *, drives: Mapping[str, Path], ports: Mapping[int, int], accepted: frozenset[str]) -> None:
        """The user's answers when a configuration that was only opened is to run; another generation comes soon."""
        ...

    def shadow(self, pool: str, mode: Mode) -> PoolPlan:
        """The newest usable plan of a pool, as if its managedPipelineMode were `mode`. Raises KeyError for an unknown pool."""
        ...
