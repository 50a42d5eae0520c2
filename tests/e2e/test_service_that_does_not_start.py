"""Story: a service ends before it serves; who asked for it is told its own words, and none of those that an earlier one wrote."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from console.cli.instance import locate
from console.cli.service_process import NotStarted, attach

SAMPLE = Path(__file__).parents[2] / "sample_configs" / "first-run"


async def test_its_own_words_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("STATE", "CONFIG", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    shutil.copytree(SAMPLE, tmp_path / "first-run")
    instance = locate(str(tmp_path / "first-run"))
    (instance.folders.logs / "service.log").write_text("what an earlier service said\n")
    (instance.folders.state / "lock").mkdir()
    with pytest.raises(NotStarted) as told:
        await attach(instance, run=False)
    reason = told.value.reason
    assert f"{instance.folders.state / 'lock'}: Is a directory" in reason.text
    assert "earlier" not in reason.text
    assert reason.log == instance.folders.logs / "service.log"
