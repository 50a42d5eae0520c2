"""Where something was written, and what is wrong with it: the thread that runs from a file's text to a request's trace.

Knows neither files nor plans. plan.py exports these two for everybody who has plans; model/source.py for the model.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "information"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value was written. `line` and `column` count from 1; 0 means the value is a built-in default."""

    file: str
    line: int
    column: int
    config_path: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a configuration, as a value: an editor must be able to open what is broken.

    `code` is the HRESULT where IIS has one ("0x80070021"), a status ("500.22"), else a short word of ours ("unmapped-drive").
    """

    severity: Severity
    code: str
    message: str
    source: Source | None

    def __str__(self) -> str:
        return f"{self.message} — {self.source}" if self.source else self.message
