"""ASP.NET's rules: own ones before those above (cfg 0.10)."""

from pathlib import Path

from model.sections.web_authorization import WebAuthorization, settings
from tests.unit.model.sections import section


def test_settings(tmp_path: Path) -> None:
    found = settings(
        section(tmp_path, WebAuthorization.SECTION, '<authorization><allow users="ada, bob" verbs="GET" /><deny users="?" /></authorization>')
    )
    assert [(rule.allow, rule.users, rule.verbs) for rule in found] == [(True, ("ada", "bob"), ("GET",)), (False, ("?",), ()), (True, ("*",), ())]
