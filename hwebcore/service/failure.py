"""The five kinds of worker failure that rapid-fail protection counts, and WAS's events by number (rt 2.3).

Knows no process. An application that fails to import is none of these: it answers 500.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

FailureKind = Literal["exit", "time-out", "ping", "channel", "refused"]
#: Requests and connections that are told of one: it stands in every snapshot. HTTPERR has all the requests, and more connections.
MOST_REQUESTS, MOST_CONNECTIONS = 20, 100


@dataclass(frozen=True, slots=True)
class Failure:
    kind: FailureKind
    text: str
    event: int
    #: For "refused": the worker's problems, as JSON.
    problems: tuple[dict[str, Any], ...] = ()


def told(failure: Failure, pid: int, requests: Sequence[str], others: Sequence[tuple[str, int]]) -> dict[str, Any]:
    """What consoles hear of it. `requests` were under way; `others`: clients of the other connections."""
    return {
        "at": time.time(), "pid": pid, "kind": failure.kind, "text": failure.text,
        "requests": list(requests[:MOST_REQUESTS]), "more_requests": max(0, len(requests) - MOST_REQUESTS),
        "connections": len(others), "idle_or_unread": [f"{address}:{port}" for address, port in others[:MOST_CONNECTIONS]],
    }  # fmt: skip


class WorkerFailed(Exception):
    """A worker did not become ready."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.text)
        self.failure = failure


class RapidFail:
    """Counts failures inside the interval (5 in 5 minutes by default)."""

    def __init__(self) -> None:
        self._times: deque[float] = deque()

    def add(self, interval_s: float) -> int:
        """Note one failure; how many stand inside the interval now."""
        now = time.monotonic()
        self._times.append(now)
        while self._times and self._times[0] < now - interval_s:
            self._times.popleft()
        return len(self._times)

    def clear(self) -> None:
        self._times.clear()

    @property
    def count(self) -> int:
        return len(self._times)


#: Why a worker is recycled → (event, the flag of logEventOnRecycle that asks for it, sentence).
RECYCLE_EVENTS: dict[str, tuple[int, str, str]] = {
    "time": (5074, "Time", "has reached its allowed processing time limit"),
    "requests": (5075, "Requests", "has reached its allowed request limit"),
    "schedule": (5076, "Schedule", "has reached its scheduled recycle time"),
    "virtual_memory": (5077, "Memory", "has reached its virtual memory limit"),
    "on_demand": (5079, "OnDemand", "is recycled at an administrator's request"),
    "configuration": (5080, "ConfigChange", "is recycled because its configuration or code changed"),
    "private_memory": (5117, "PrivateMemory", "has reached its private memory limit"),
}
