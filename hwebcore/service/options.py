"""What a service is told when it starts. Knows no plan; console/cli/serve.py and tests make one."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hwebcore.plan import RouteTable
from hwebcore.platform import control_path


@dataclass(frozen=True, slots=True)
class ServiceOptions:
    """`start` False: a configuration is opened but not run until the control command `run` (opening is not running)."""

    config: Path
    state_dir: Path
    stay: bool = True
    start: bool = True
    #: False: no endpoint is opened; requests come over `connect` alone.
    listen: bool = True
    #: Default: `logs` below the state.
    log_dir: Path | None = None
    #: The Unix account of pools with a built-in identity when the service runs as root.
    account: str = ""
    python: str = sys.executable
    #: That one client address may have open in each process; 0: no limit.
    connections_per_address: int = RouteTable().connections_per_address
    #: How long a service that was not told to stay outlives its last console.
    linger_s: float = 10.0
    #: Given {"pid", "control", "endpoints", "urls", "problems", "errors"} once everything serves.
    on_ready: Callable[[dict[str, Any]], None] | None = None

    @property
    def logs(self) -> Path:
        return self.log_dir or self.state_dir / "logs"

    @property
    def control(self) -> Path:
        return control_path(self.state_dir)
