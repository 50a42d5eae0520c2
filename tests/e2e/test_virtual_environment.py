"""A pool that runs on a virtual environment of its own: its packages are there, ours are not; one of another Python is refused."""

from __future__ import annotations

import sys
import venv
from pathlib import Path

from tests.support.hosted_site import PORT, Hosted, lay_out
from tests.support.program_driver import Program, eventually

CONTENT = Path(__file__).parent / "hosted"


def named(folder: Path) -> str:
    return f'<environmentVariables><add name="VIRTUAL_ENV" value="{folder}" /></environmentVariables>'


def test_its_packages_and_no_other(tmp_path: Path) -> None:
    enclosed, old = tmp_path / "enclosed", tmp_path / "old"
    venv.create(enclosed, symlinks=True)
    package = enclosed / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages" / "tiny_package"
    package.mkdir()
    (package / "__init__.py").write_text('WORD = "from the environment"\n')
    (old / "bin").mkdir(parents=True)
    (old / "bin" / "python").symlink_to(sys.executable)
    (old / "pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.9.1\n")
    applications = {
        "/enclosed": Hosted("enclosed", "wsgi:enclosed_site:app", pool_inner=named(enclosed)),
        "/old": Hosted("flask", "flask_site:app", pool_inner=named(old)),
    }
    world = Program(tmp_path / "world", str(lay_out(tmp_path / "made", applications, CONTENT)), ports={PORT: "site"})
    checked = world.run("check", str(world.config), "--json")
    (told,) = [problem for problem in checked.json["problems"] if problem["code"] == "virtual-environment"]
    assert checked.code == 1
    assert f"has Python 3.9, and this server runs {sys.version_info[0]}.{sys.version_info[1]}" in told["message"]
    assert '<add name="old"' in world.server_file.read_text().split("\n")[told["source"]["line"] - 1]
    with world.serving():
        page = world.get("/enclosed/", "site")
        assert page.text == f"{enclosed} from the environment []"
        assert world.get("/old/", "site").status == 503
        assert eventually(lambda: "Python 3.9" in str(world.pool("old")["last_failure"]), "the reason")
        assert world.get("/enclosed/", "site").status == 200
