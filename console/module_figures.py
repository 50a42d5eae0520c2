"""What a module did in the last minute, from the live traces: in which notifications, how often, how long. No Textual.

Knows no configuration. The newest requests stand for the minute: a trace is made of each, so their number is bounded.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from console.feed import Feed

MOST_REQUESTS = 100
WINDOW_S = 60.0


@dataclass(frozen=True, slots=True)
class ModuleFigures:
    """`stages`: where it took part, in the order of the pipeline. `requests`: how many were looked at, `steps`: how many steps were its own."""

    stages: tuple[str, ...]
    requests: int
    steps: int
    mean_us: float


def module_figures(feed: Feed, module: str, site: str = "", now: float | None = None) -> ModuleFigures:
    """Of one site where it is named. A shadow's requests are nobody's traffic."""
    now = time.time() if now is None else now
    stages: list[str] = []
    requests = steps = 0
    total = 0.0
    for entry in reversed(feed.entries[-MOST_REQUESTS:]):
        if entry.record.wall < now - WINDOW_S:
            break
        if entry.shadow or (site and entry.site != site):
            continue
        requests += 1
        for event in feed.trace(entry).events:
            if event.module == module:
                steps += 1
                total += event.duration_us
                stage = f"post {event.notification}" if event.post else event.notification
                if stage not in stages:
                    stages.append(stage)
    return ModuleFigures(tuple(stages), requests, steps, total / steps if steps else 0.0)
