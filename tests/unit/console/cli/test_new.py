import json
import platform
import sys
from pathlib import Path

import pytest

from console.cli import command_line
from model.compiler import compile_server
from model.workspace import Workspace


def test_a_new_configuration_has_nothing_to_report_and_one_site(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.run(["new", str(tmp_path / "shop"), "--listen", "18000", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said == {"schema": 1, "config": str(tmp_path / "shop" / "applicationHost.config"), "url": "http://127.0.0.1:18000/"}
    assert command_line.run(["check", str(tmp_path / "shop")]) == 0
    generation = compile_server(Workspace.open(tmp_path / "shop").hierarchy)
    assert generation.pools is not None
    assert [(pool.name, pool.mode) for pool in generation.pools] == [("DefaultAppPool", "Integrated")]
    assert [binding.port for site in generation.routes.sites for binding in site.bindings] == [18000]
    (module,) = [entry for entry in generation.pools[0].settings[0].modules if entry.name == "WebSocketModule"]
    assert (module.kind, module.type, module.excluded) == ("native", "iiswsock.dll", "")


def test_from_a_folder_wraps_it_and_leaves_it_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = tmp_path / "my site & co"
    content.mkdir()
    (content / "web.config").write_text("<configuration/>")
    made = tmp_path / "made by me"
    assert command_line.run(["new", str(made), "--from", str(content), "--mode", "classic"]) == 0
    assert f"serve it: poolhouse serve '{made}'\n" in capsys.readouterr().err  # a command that can be typed as it stands
    assert [path.name for path in made.iterdir()] == ["applicationHost.config"]
    assert [path.name for path in content.iterdir()] == ["web.config"]
    hierarchy = Workspace.open(made).hierarchy
    assert hierarchy.pools()[0].managed_pipeline_mode == "Classic"
    assert hierarchy.sites()[0].applications[0].virtual_directories[0].folder == content


def test_an_application_is_hosted_in_either_mode(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content, environment = tmp_path / "shop", tmp_path / "env"
    content.mkdir()
    environment.mkdir()
    (environment / "pyvenv.cfg").write_text(f"version = {platform.python_version()}\n")
    (environment / "bin").mkdir()
    (environment / "bin/python").symlink_to(sys.executable)
    words = ["--from", str(content), "--run", "wsgi:shop.wsgi:application", "--venv", str(environment)]
    assert command_line.run(["new", str(tmp_path / "made"), *words]) == 0
    assert f"made {content / 'web.config'}" in capsys.readouterr().err
    assert command_line.run(["check", str(tmp_path / "made")]) == 0
    hierarchy = Workspace.open(tmp_path / "made").hierarchy
    generation = compile_server(hierarchy)
    assert generation.pools is not None
    pool = generation.pools[0]
    assert dict(pool.process.environment) == {"VIRTUAL_ENV": str(environment)}
    (row,) = {row for settings in pool.settings for row in settings.handlers if row.path == "*" and row.type}
    assert (row.path, row.type) == ("*", "wsgi:shop.wsgi:application")
    assert command_line.run(["new", str(tmp_path / "again"), *words]) == 2
    assert 'type="wsgi:shop.wsgi:application"' in capsys.readouterr().err


def test_what_is_there_is_not_touched(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("x")
    assert command_line.run(["new", str(tmp_path / "full")]) == 2
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["x"]
    assert "nothing was changed" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [["--from", "nowhere"], ["--listen", "70000"], ["--venv", "."], ["--run", "wsgi:shop:app"], ["--from", ".", "--run", "shop"]]
)
def test_what_cannot_be_made(tmp_path: Path, arguments: list[str]) -> None:
    assert command_line.run(["new", str(tmp_path / "made"), *arguments]) == 2
    assert not (tmp_path / "made").exists()
