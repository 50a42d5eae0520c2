"""A trace made of a record and its worker's names: the events, what did not run and why, the children. JSON as DESIGN.md 8.

Knows no plan and no process; reads only what records.py holds, and believes none of it. trace_building.py makes them; console/
and the command line show them.
"""

from __future__ import annotations

import datetime
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
        return {
            "schema": 1,
            "request": {
                "id": self.id, "time": _time(self.wall), "method": self.method, "url": self.url, "url_cut": self.url_cut, "site": self.site,
                "application": self.application, "pool": self.pool, "mode": self.mode, "pid": self.pid, "client": self.client,
                "user": self.user, "auth_type": self.auth_type or None, "managed_user": self.managed_user, "shadow": self.shadow,
            },
            "handler": {
                "tentative": self.tentative_handler or None, "name": self.handler or None, "modules": list(self.handler_modules),
                "type": self.handler_type or None, "kind": self.handler_kind or None,
            },
            "response": {
                "status": self.status, "substatus": self.substatus, "bytes": self.bytes_sent, "duration_us": self.duration_us,
                "set_by": None if self.set_by is None else dict(zip(("pipeline", "notification", "module"), self.set_by, strict=True)),
            },
            "events": [_event(event) for event in self.events],
            "skipped": [
                {"module": one.module, "pipeline": one.pipeline, "notification": one.notification, "cause": one.cause, "reason": one.reason,
                 "source": _source(one.source)}
                for one in self.skipped
            ],
            "children": [child.to_json() for child in self.children],
        }  # fmt: skip


def _event(event: TraceEvent) -> dict[str, Any]:
    return {
        "pipeline": event.pipeline, "notification": event.notification, "post": event.post, "module": event.module, "kind": event.kind,
        "start_us": event.start_us, "duration_us": event.duration_us, "result": event.result, "user": event.user,
        "status": event.status, "substatus": event.substatus, "reason": event.reason, "source": _source(event.source),
    }  # fmt: skip


def _source(source: tuple[str, int, int, str] | None) -> dict[str, Any] | None:
    return None if source is None else dict(zip(("file", "line", "column", "config_path"), source, strict=True))


def _time(wall: float) -> str:
    """ISO 8601, UTC; "" for what is no time."""
    try:
        return datetime.datetime.fromtimestamp(wall, datetime.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    except (ValueError, OverflowError, OSError):
        return ""
