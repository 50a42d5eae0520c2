"""Rules of the native module."""

from pathlib import Path

from model.sections.authorization import Authorization, settings
from tests.unit.model.sections import section


def test_settings(tmp_path: Path) -> None:
    rows = '<authorization><add accessType="Deny" users="?, bob" verbs="GET,POST" /><add accessType="Allow" roles="staff" /></authorization>'
    found = settings(section(tmp_path, Authorization.SECTION, rows))
    assert [(rule.allow, rule.users, rule.roles, rule.verbs) for rule in found] == [
        (False, ("?", "bob"), (), ("GET", "POST")),
        (True, (), ("staff",), ()),
    ]
