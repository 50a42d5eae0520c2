from collections.abc import Callable
from pathlib import Path

import pytest

from console.cli.appcmd.config_place import commit_level, matching_sections, path_of, section_of, where_of
from console.cli.appcmd.failure import AppCmdError
from console.cli.appcmd.server import Server
from console.cli.instance import locate
from model.config_path import ConfigPath

SITE = ConfigPath("Integrated")
DEEP = ConfigPath("Integrated", "/a/b")


@pytest.fixture
def server(sample: Callable[[str], Path]) -> Server:
    return Server(locate(str(sample("first-run"))))


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("", ConfigPath()),
        ("MACHINE/WEBROOT/APPHOST", ConfigPath()),
        ("integrated/", SITE),
        ("MACHINE/WEBROOT/APPHOST/Integrated/a/b", DEEP),
        ("http://127.0.0.1:17080/a/b?q=1", DEEP),
    ],
)
def test_places(server: Server, typed: str, place: ConfigPath) -> None:
    assert path_of(server, typed) == place


@pytest.mark.parametrize(("typed", "code"), [("Nowhere", 1168), ("MACHINE", 50), ("http://127.0.0.1:1/", 1168)])
def test_places_that_are_none(server: Server, typed: str, code: int) -> None:
    with pytest.raises(AppCmdError) as caught:
        path_of(server, typed)
    assert caught.value.code == code


def test_sections_by_their_last_word(server: Server) -> None:
    assert section_of(server, SITE, "MODULES") == "system.webServer/modules"
    assert section_of(server, SITE, "system.web/authorization") == "system.web/authorization"
    assert section_of(server, SITE, "authorization") == "system.webServer/security/authorization"
    with pytest.raises(AppCmdError, match="Unknown config section"):
        section_of(server, SITE, "nonsense")
    assert matching_sections(server, SITE, "system.webserver/rewrite/r*") == [
        "system.webServer/rewrite/rewriteMaps",
        "system.webServer/rewrite/rules",
    ]


def test_commit_paths(server: Server) -> None:
    assert commit_level(server, DEEP, None) == DEEP
    assert commit_level(server, DEEP, "site") == commit_level(server, DEEP, "app") == SITE
    assert commit_level(server, DEEP, "APPHOST") == ConfigPath()
    assert where_of(server, "s", DEEP, "apphost").commit == "location"
    assert where_of(server, "s", DEEP, "site").commit == SITE
    assert where_of(server, "s", DEEP, "url").commit == "local"
    with pytest.raises(AppCmdError, match="not above"):
        where_of(server, "s", SITE, "Integrated/a")
