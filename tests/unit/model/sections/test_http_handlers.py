"""Classic's handlers: own rows before the .NET level's."""

from pathlib import Path

from model.sections.http_handlers import HttpHandlers, settings
from tests.unit.model.sections import section


def test_settings(tmp_path: Path) -> None:
    found = settings(
        section(tmp_path, HttpHandlers.SECTION, '<httpHandlers><add path="hello" verb="GET,POST" type="h.H" validate="False" /></httpHandlers>')
    )
    assert (found[0].path, found[0].verbs, found[0].type, found[0].validate) == ("hello", ("GET", "POST"), "h.H", False)
    assert (found[-1].path, found[-1].verbs, found[-1].type) == ("*", (), "System.Web.HttpMethodNotAllowedHandler")
