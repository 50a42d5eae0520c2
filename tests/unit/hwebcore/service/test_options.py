"""What a service is told: hwebcore/service/options.py."""

from __future__ import annotations

from pathlib import Path

from hwebcore.service.options import ServiceOptions


def test_logs_and_control_stand_in_the_state_folder_where_nothing_else_is_said() -> None:
    options = ServiceOptions(Path("/c/applicationHost.config"), Path("/state"))
    assert (options.logs, options.control) == (Path("/state/logs"), Path("/state/control"))
    assert ServiceOptions(Path("/c"), Path("/state"), log_dir=Path("/l")).logs == Path("/l")
