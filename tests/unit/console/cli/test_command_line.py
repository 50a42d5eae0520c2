import json
import subprocess
import sys
from pathlib import Path

import pytest

from console.cli import COMMANDS, command_line

ROOT = Path(__file__).resolve().parents[4]


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.run(["--help"]) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.run([name, "--help"]) == 0
    assert f"poolhouse {name}" in capsys.readouterr().out


def test_an_unknown_option_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.run(["check", "--frob"]) == 2
    assert "--frob" in capsys.readouterr().err


def test_a_configuration_that_is_not_there_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.run(["check", "nowhere"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "there is no nowhere" in err


def test_without_a_service_status_and_stop_say_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.run(["status"]) == 3
    assert command_line.run(["stop"]) == 3
    assert "poolhouse serve" in capsys.readouterr().err


def test_the_console_needs_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.run([]) == 2
    assert "needs a terminal" in capsys.readouterr().err


def test_help_and_serve_never_import_the_screen() -> None:
    code = (
        "import sys, json; from console.cli import command_line; command_line.run(['--help']); command_line.run(['serve', '--help']);"
        "print(json.dumps([name for name in ('textual', 'rich') if name in sys.modules]))"
    )
    out = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert json.loads(out.splitlines()[-1]) == []


def test_a_place_that_cannot_be_written_is_no_traceback(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    assert command_line.run(["new", str(tmp_path / "file" / "below")]) == 2
    assert "name another place" in capsys.readouterr().err


def test_stop_starts_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.run(["stop"]) == 3
    told = capsys.readouterr().err
    assert "there is nothing to stop" in told
    assert "serve" not in told
