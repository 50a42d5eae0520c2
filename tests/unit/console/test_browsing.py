"""Browse: which actions a site's addresses make, when they wait, and which program opens one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from console.browsing import Browser, browse_actions, browser, fitted, why_not
from console.places import Place, Target
from console.session import Session
from model.workspace import Workspace
from tests.support.meaning import SITE

BINDINGS = (
    '<binding protocol="https" bindingInformation="*:443:shop.example" /><binding protocol="net.tcp" bindingInformation="808:*" />'
    '<binding protocol="http" bindingInformation="[::1]:80:*.shop.example" /></bindings>'
)


@pytest.fixture
def session(tmp_path: Path) -> Session:
    (tmp_path / "s").mkdir()
    (tmp_path / "applicationHost.config").write_text(f"<configuration>{SITE.replace('</bindings>', BINDINGS)}</configuration>")
    return Session(Workspace.open(tmp_path), ports={443: 8443, 80: 8081})


def test_one_for_each_web_binding_with_the_address_that_is_served(session: Session) -> None:
    found = {action.label: action.id for action in browse_actions(session, Place("site", "S"), ())}
    assert found == {
        "Browse 127.0.0.1:8080 (http)": "browse http://127.0.0.1:8080/",
        "Browse shop.example:443 (https)": "browse https://shop.example:8443/",
    }, "a wildcard's address would reach nobody"


@pytest.mark.parametrize(
    ("room", "text"),
    [
        (40, "Browse shop.of.example.org:8443 (https)"),
        (32, "shop.of.example.org:8443 (https)"),
        (24, "shop.…e.org:8443 (https)"),
        (10, "shop.of.example.org:8443 (https)"),
    ],
)
def test_a_narrow_pane_keeps_port_and_scheme(room: int, text: str) -> None:
    assert fitted("Browse shop.of.example.org:8443 (https)", room) == text


def test_of_an_application_with_its_path_and_of_nothing_elsewhere(session: Session) -> None:
    [first, *_] = browse_actions(session, Place("sites"), (Target("application", "S/api"),))
    assert first.id == "browse http://127.0.0.1:8080/api"
    [first, *_] = browse_actions(session, Place("application", "S", "/api"), (Target("feature", "x"),))
    assert first.id == "browse http://127.0.0.1:8080/api"
    assert browse_actions(session, Place("sites"), ()) == ()
    assert browse_actions(session, Place("pools"), (Target("site", "S"),)) == ()
    assert browse_actions(session, Place("sites"), (Target("site", "Gone"),)) == ()


def test_nobody_answers_at_a_stopped_site(session: Session) -> None:
    here, targets = Place("sites"), (Target("site", "S"),)
    assert "not running" in why_not(session, here, targets)
    session.take({"service": {"running": True}, "sites": [{"name": "S", "state": "Stopped"}]})
    assert why_not(session, here, targets) == "S is stopped: nobody answers there."
    session.take({"service": {"running": True}, "sites": [{"name": "S", "state": "Started"}]})
    assert why_not(session, here, targets) == ""


@pytest.mark.parametrize(
    ("environment", "platform", "expected"),
    [
        ({}, "linux", None),
        ({"BROWSER": "lynx -x:w3m"}, "linux", Browser(("lynx", "-x", "U"), True)),
        ({"BROWSER": "firefox %s &", "DISPLAY": ":0"}, "linux", Browser(("firefox", "U"), False)),
        ({"BROWSER": " "}, "linux", None),
        ({"DISPLAY": ":0"}, "linux", "xdg-open"),
        ({}, "darwin", "open"),
    ],
)
def test_which_program_opens_it(tmp_path: Path, environment: dict[str, str], platform: str, expected: Browser | str | None) -> None:
    for name in ("xdg-open", "open"):
        (tmp_path / name).write_text("")
        (tmp_path / name).chmod(0o755)
    wanted = Browser((os.fspath(tmp_path / expected), "U"), False) if isinstance(expected, str) else expected
    assert browser("U", {**environment, "PATH": str(tmp_path)}, platform) == wanted
    if isinstance(expected, str):
        assert browser("U", {**environment, "PATH": "/no/such/folder"}, platform) is None
