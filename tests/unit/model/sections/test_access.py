"""What turns requests away, and what only asks."""

from pathlib import Path

import pytest

from model.sections.access import Access, settings
from tests.unit.model.sections import section


# rules: access.negotiate
@pytest.mark.parametrize(
    ("flags", "required", "asked"),
    [
        ("None", False, ()),
        ("SslNegotiateCert", False, ()),
        ("Ssl, SslNegotiateCert, SslRequireCert", True, ("Ssl",)),
        ("Ssl, Ssl128", False, ("Ssl", "Ssl128")),
        ("SslRequireCert", True, ()),
    ],
)
def test_flags(tmp_path: Path, flags: str, required: bool, asked: tuple[str, ...]) -> None:
    written = section(tmp_path, Access.SECTION, f'<access sslFlags="{flags}" />')
    assert Access.from_effective(written).requires_certificate is required
    found, source = settings(written)
    assert found == asked
    assert (source is not None) is bool(asked)


def test_nothing_written_asks_nothing(tmp_path: Path) -> None:
    assert settings(section(tmp_path, Access.SECTION, "<access />")) == ((), None)
