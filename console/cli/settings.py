"""An instance's answers, kept in its settings folder: drives, ports, what was accepted, whether to keep serving, and so on.

Knows no configuration. One JSON file, 0600, written whole; what cannot be read is as if it had never been written.
"""

from __future__ import annotations

import dataclasses
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FILE = "instance.json"


@dataclass(frozen=True)
class Settings:
    """`ports`: configured port → port that is listened on. `stay`: None until the user was asked at quit."""

    drives: dict[str, str] = field(default_factory=dict)
    ports: dict[int, int] = field(default_factory=dict)
    accepted: tuple[str, ...] = ()
    has_run: bool = False
    stay: bool | None = None
    #: None: the default of whoever serves.
    connections_per_address: int | None = None
    #: root serves a configuration that everybody may change.
    open_to_others: bool = False

    def with_answers(self, drives: dict[str, str], ports: dict[int, int]) -> Settings:
        return dataclasses.replace(self, drives={**self.drives, **drives}, ports={**self.ports, **ports})


def read(folder: Path) -> Settings:
    try:
        value = json.loads((folder / FILE).read_bytes())
    except (OSError, ValueError):
        return Settings()
    return _settings(value) if isinstance(value, dict) else Settings()


def _settings(value: dict[str, Any]) -> Settings:
    drives, ports, accepted, stay = value.get("drives"), value.get("ports"), value.get("accepted"), value.get("stay")
    most = value.get("connections_per_address")
    return Settings(
        drives={str(name): str(target) for name, target in drives.items()} if isinstance(drives, dict) else {},
        ports={int(port): int(to) for port, to in ports.items() if str(port).isdigit() and str(to).isdigit()} if isinstance(ports, dict) else {},
        accepted=tuple(str(entry) for entry in accepted) if isinstance(accepted, list) else (),
        has_run=value.get("has_run") is True,
        stay=stay if isinstance(stay, bool) else None,
        connections_per_address=most if isinstance(most, int) and most >= 0 else None,
        open_to_others=value.get("open_to_others") is True,
    )


def write(folder: Path, settings: Settings) -> None:
    value = {"schema": 1, **dataclasses.asdict(settings)}
    unfinished = folder / f".{FILE}.{os.getpid()}"
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=1)
    unfinished.replace(folder / FILE)
