"""Headers of every response."""

from pathlib import Path

from model.sections.http_protocol import HttpProtocol, settings
from tests.unit.model.sections import section


def test_settings(tmp_path: Path) -> None:
    rows = '<httpProtocol allowKeepAlive="false"><customHeaders><clear /><add name="X-A" value="1" /></customHeaders></httpProtocol>'
    found = settings(section(tmp_path, HttpProtocol.SECTION, rows))
    assert (found.allow_keep_alive, found.custom_headers, found.redirect_headers) == (False, (("X-A", "1"),), ())
