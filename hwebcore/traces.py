"""A trace made of a record and its worker's names: the events, what did not run and why, the children. JSON as DESIGN.md 8.

Knows no plan and no process; reads only what records.py holds. console/ and the command line show these.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class TraceEvent:
    """Times in microseconds from the request's start. `depth` 0 is the native pipeline, 1 what ran inside a step of it."""

    pipeline: str
    notification: str
    post: bool
    module: str
    kind: str
    start_us: float
    duration_us: float
    result: str
    user: str | None
    status: int | None
    substatus: int | None
    reason: str | None
    #: (file, line, column, config path)
    source: tuple[str, int, int, str] | None
    depth: int = 0


@dataclass(frozen=True, slots=True)
class SkippedModule:
    module: str
    pipeline: str
    notification: str | None
    #: precondition, no_subscription, completed_early, mode, not_executed_here
    cause: str
    reason: str
    source: tuple[str, int, int, str] | None


@dataclass(frozen=True, slots=True)
class Trace:
    """`id` is unique within the service's life: "<pid>-<request number>"."""

    id: str
    number: int
    wall: float
    method: str
    url: str
    url_cut: bool
    site: str
    application: str
    pool: str
    mode: str
    pid: int
    client: str
    port: int
    user: str | None
    auth_type: str
    managed_user: str | None
    shadow: bool
    tentative_handler: str
    handler: str
    handler_modules: tuple[str, ...]
    handler_type: str
    handler_kind: str
    status: int
    substatus: int
    bytes_sent: int
    duration_us: float
    set_by: tuple[str, str, str] | None
    events: tuple[TraceEvent, ...]
    skipped: tuple[SkippedModule, ...]
    parent: int = 0
    children: tuple[Trace, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The contract's form, with "schema": 1."""
        raise NotImplementedError
