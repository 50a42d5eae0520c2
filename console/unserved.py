"""Why nothing is served: what a service said before it ended, with the place that it named. No Textual.

Knows the lines of a log alone. cli/service_process.py finds them, alerts.py shows what to do.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

#: Of what a service said last, so many lines are told, and so much of its log is read.
MOST_LINES, MOST_BYTES = 6, 32_768
_TRACEBACK = "Traceback (most recent call last):"
_PLACE = re.compile(r"(/[^:\n]*?\.config)(?::(\d+))?(?=[:,; )]|$)")


@dataclass(frozen=True, slots=True)
class Reason:
    """`text`: the lines that say why. `at`: the configuration file and line that they name. `log`: where all of it stands."""

    text: str
    log: Path | None = None
    at: tuple[str, int] | None = None
    crashed: bool = False


class Unserved(Exception):
    """No service could be had."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.text)
        self.reason = reason


def said_since(log: Path, begin: int) -> list[str]:
    """The lines of a log from byte `begin` on: what stood there before was another service's."""
    with contextlib.suppress(OSError), log.open("rb") as file:
        end = file.seek(0, 2)
        file.seek(max(begin if begin <= end else 0, end - MOST_BYTES))  # a full log is begun anew
        return [line.rstrip() for line in file.read().decode("utf-8", "replace").splitlines() if line.strip()]
    return []


def reason_of(lines: Sequence[str], log: Path | None = None) -> Reason:
    """Of a crash its last words, without the way there; otherwise the last lines."""
    begun = max((index for index, line in enumerate(lines) if line.startswith(_TRACEBACK)), default=None)
    told = list(lines)
    if begun is not None:
        told = [line for line in lines[begun + 1 :] if not line.startswith(" ")]
    told = told[-MOST_LINES:]
    text = "\n".join(told) or "It said nothing."
    return Reason(text, log, _place(text), begun is not None)


def crash_in(log: Path, begin: int) -> Reason | None:
    """Of a service that has gone: the error that ended it. None where none is written, as after a kill."""
    found = reason_of(said_since(log, begin), log)
    return found if found.crashed else None


def _place(text: str) -> tuple[str, int] | None:
    found = _PLACE.search(text)
    return (found[1], int(found[2] or 0)) if found else None
