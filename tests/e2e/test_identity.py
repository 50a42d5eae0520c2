"""A service of root: its front and its workers are somebody else, with nothing left of root (reliability C 22)."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.server_driver import free_port, generation, get, plan, running, site

FRONT_AND_DEFAULT, SPECIFIC = "nobody", "www-data"

READER = """
import os

def app(environ, start_response):
    try:
        with open(environ["QUERY_STRING"]) as file:
            body = file.read()
    except OSError as error:
        body = type(error).__name__
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body.encode()]
"""


def _reachable(path: Path) -> bool:
    """Whether everybody may run what is there."""
    return path.exists() and all(one.stat().st_mode & stat.S_IXOTH for one in (path, *path.parents))


def _python() -> str:
    """An interpreter of our version that another account can run: this one, or the system's."""
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    found = [Path(sys.executable).resolve(), *(Path(folder) / version for folder in ("/usr/bin", "/usr/local/bin"))]
    return next((str(path) for path in found if _reachable(path)), "")


needs_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody else")
needs_python = pytest.mark.skipif(not _python(), reason="no interpreter of this version that another account could run")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other accounts can read: pytest's own are closed."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def _status(pid: int) -> dict[str, list[str]]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {name: value.split() for name, _, value in (line.partition(":") for line in lines)}


def _is(pid: int, account: str) -> None:
    entry, status = pwd.getpwnam(account), _status(pid)
    assert status["Uid"] == [str(entry.pw_uid)] * 4
    assert status["Gid"] == [str(entry.pw_gid)] * 4
    assert status["Groups"] == [str(entry.pw_gid)]
    assert {int(status[name][0], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapAmb")} == {0}
    assert status["NoNewPrivs"] == ["1"]
    assert status["Umask"] == ["0027"]


@needs_root
@needs_python
async def test_nothing_of_root_is_left(open_folder: Path, tmp_path: Path) -> None:
    port = free_port()
    for name in ("a", "b"):
        (open_folder / name).mkdir()
        (open_folder / name / f"answers_{name}.py").write_text(READER)
    secret = open_folder / "b" / "secret"
    secret.write_text("of b")
    os.chown(secret, pwd.getpwnam(SPECIFIC).pw_uid, -1)
    secret.chmod(0o600)
    pools = (
        plan(open_folder / "a", "A", (("A", 1, "/"),)),
        plan(open_folder / "b", "B", (("B", 2, "/"),), identity_type="SpecificUser", user_name=SPECIFIC),
    )
    sites = (site(port, "A", 1, "A", host="a.test"), site(port, "B", 2, "B", host="b.test"))
    async with running(tmp_path, generation(pools, sites), account=FRONT_AND_DEFAULT, python=_python()) as one:
        answers = {host: (await get(port, f"/?{secret}", host))[1] for host in ("a.test", "b.test")}
        assert answers == {"a.test": "PermissionError", "b.test": "of b"}
        _is(one.service.front.pid, FRONT_AND_DEFAULT)
        for name, account in (("A", FRONT_AND_DEFAULT), ("B", SPECIFIC)):
            pool = one.pool(name)
            _is(pool["workers"][0]["pid"], account)
            assert account in pool["identity"]
