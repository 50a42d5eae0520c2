"""Impersonation; unknown attributes are allowed here."""

from pathlib import Path

from model.sections.identity import Identity
from tests.unit.model.sections import section


def test_read(tmp_path: Path) -> None:
    found = section(tmp_path, Identity.SECTION, '<identity impersonate="True" userName="x" other="y" />')
    assert found.problems == ()
    assert (Identity.from_effective(found).impersonate, Identity.from_effective(found).user_name) == (True, "x")
