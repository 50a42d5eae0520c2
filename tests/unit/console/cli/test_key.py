"""`poolhouse key`: rotates, forgets, lists; the file stays one of this user alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from console.cli.command_line import run
from hwebcore.platform import instance_folders


@pytest.fixture
def config(sample: Callable[[str], Path]) -> Path:
    return sample("first-run")


def test_keys_come_and_go(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    counts = []
    for action in ("list", "rotate", "rotate", "rotate", "forget", "list"):
        assert run(["key", action, "--config", str(config), "--json"]) == 0
        counts.append(json.loads(capsys.readouterr().out)["former"])
    assert counts == [0, 1, 2, 2, 0, 0]


def test_a_file_that_others_may_read_is_left_alone(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["key", "rotate", "--config", str(config)]) == 0
    file = next(path for path in (config, config / "applicationHost.config") if path.is_file())
    key = instance_folders(file.resolve()).state / "key"
    before = key.read_bytes()
    assert len(before) == 64
    key.chmod(0o640)
    assert run(["key", "rotate", "--config", str(config)]) == 2
    assert "0600" in capsys.readouterr().err
    assert key.read_bytes() == before
