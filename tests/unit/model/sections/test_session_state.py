"""Sessions: minutes become seconds."""

from pathlib import Path

from model.sections.session_state import SessionState, settings
from tests.unit.model.sections import section


def test_settings(tmp_path: Path) -> None:
    found = settings(section(tmp_path, SessionState.SECTION, '<sessionState mode="Off" cookieName="c" timeout="3" cookieSameSite="Strict" />'))
    assert (found.mode, found.cookie_name, found.timeout_s, found.same_site) == ("Off", "c", 180.0, "Strict")
