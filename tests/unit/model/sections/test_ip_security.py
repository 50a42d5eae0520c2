"""Address rules."""

from pathlib import Path

from model.sections.ip_security import IpSecurity
from tests.unit.model.sections import section


def test_read(tmp_path: Path) -> None:
    found = IpSecurity.from_effective(
        section(tmp_path, IpSecurity.SECTION, '<ipSecurity allowUnlisted="false"><add ipAddress="10.0.0.1" allowed="true" /></ipSecurity>')
    )
    assert not found.allow_unlisted
    assert [(row.ip_address, row.subnet_mask, row.allowed) for row in found.rows] == [("10.0.0.1", "255.255.255.255", True)]
