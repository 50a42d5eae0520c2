"""What turns requests away, and what only asks."""

from pathlib import Path

from model.sections.access import Access
from tests.unit.model.sections import section


def test_required(tmp_path: Path) -> None:
    asks = Access.from_effective(section(tmp_path, Access.SECTION, '<access sslFlags="SslNegotiateCert" />'))
    assert asks.required == ()
    turns = Access.from_effective(section(tmp_path, Access.SECTION, '<access sslFlags="Ssl, SslNegotiateCert, SslRequireCert" />'))
    assert turns.required == ("Ssl", "SslRequireCert")
    assert Access.from_effective(section(tmp_path, Access.SECTION, "<access />")).required == ()
