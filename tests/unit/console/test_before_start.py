"""What starting would do, said before it is done."""

from __future__ import annotations

from pathlib import Path

from console.before_start import effects
from model.workspace import Workspace

SAMPLE = Path(__file__).parents[3] / "sample_configs" / "first-run"


def test_endpoints_folders_and_code(tmp_path: Path) -> None:
    found = effects(Workspace.open(SAMPLE).hierarchy, {17080: 9000})
    assert found.sites == 2
    assert found.endpoints == ("127.0.0.1:17081", "127.0.0.1:9000")
    assert found.unmapped == {}
    assert [folder.rsplit("/", 1)[-1] for folder in found.code] == ["integrated", "classic"]
    for names in found.code.values():
        assert {"stamp.StampModule", "hello_handler.Hello"} <= set(names)
        assert not any("System." in name for name in names)


def test_drives_that_have_no_folder_here(tmp_path: Path) -> None:
    config = tmp_path / "applicationHost.config"
    config.write_text((SAMPLE / "applicationHost.config").read_text("utf-8").replace("%POOLHOUSE_CONFIG%", r"D:\web"), "utf-8")
    workspace = Workspace.open(config)
    assert list(effects(workspace.hierarchy, {}).unmapped) == ["D:"]
    (tmp_path / "web").mkdir()
    workspace.map_drives({"D": tmp_path})
    assert effects(workspace.hierarchy, {}).unmapped == {}
