"""Story: the wheel is installed somewhere and used in an empty folder, far from the checkout."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support.program_driver import ROOT, Program
from tests.support.terminal_driver import Terminal


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the wheel's packages, and nothing else of ours on the path."""
    folder = tmp_path_factory.mktemp("wheel")
    copy = folder / "source"
    ignored = shutil.ignore_patterns(".git", ".venv", "build", "dist", "*.egg-info", "__pycache__", ".*_cache", ".hypothesis", "tests")
    shutil.copytree(ROOT, copy, ignore=ignored)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder / "dist"), str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = (folder / "dist").glob("poolhouse-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_the_wheel_holds_what_it_should(installed: Path) -> None:
    assert {path.name for path in installed.iterdir() if path.suffix != ".dist-info"} == {"console", "hwebcore", "model", "themes", "sample_configs"}
    for path in (ROOT / "sample_configs").rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            assert (installed / "sample_configs" / path.relative_to(ROOT / "sample_configs")).read_bytes() == path.read_bytes()
    (record,) = installed.glob("poolhouse-*.dist-info")
    assert "MIT License" in next(record.rglob("LICENSE")).read_text()
    assert "poolhouse = console.__main__:main" in (record / "entry_points.txt").read_text()


def test_the_console_runs_from_the_wheel_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    code = "import sys; from console.__main__ import main; sys.exit(main())"
    program = Program(tmp_path / "world", command=(sys.executable, "-P", "-c", code))
    program.environment["PYTHONPATH"] = str(installed)
    ask = [sys.executable, "-P", "-c", "import console; print(console.__file__)"]
    where = subprocess.run(ask, env=program.environment, cwd=empty, capture_output=True, text=True, check=True).stdout
    assert Path(where.strip()).is_relative_to(installed)
    try:
        with Terminal([*program.command, *program.port_options], program.environment, str(empty)) as terminal:
            terminal.until("/members/photo.png")
            assert program.get("/hello").body == b"Hello"
            assert list(empty.iterdir()) == []
    finally:
        program.run("stop", "first-run")
