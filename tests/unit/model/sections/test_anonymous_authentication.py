"""Anonymous authentication."""

from pathlib import Path

from model.sections.anonymous_authentication import AnonymousAuthentication, settings
from tests.unit.model.sections import section


def test_settings(tmp_path: Path) -> None:
    found = settings(section(tmp_path, AnonymousAuthentication.SECTION, '<anonymousAuthentication enabled="false" userName="" />'))
    assert (found.enabled, found.user_name) == (False, "")
    assert found.source is not None
