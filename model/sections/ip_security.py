"""system.webServer/security/ipSecurity: which addresses are let in.

Knows no connections. restrictions.py asks whether it turns anybody away.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from model.sections.section import OWN, Section


class IpRow(Section):
    ip_address: str = ""
    subnet_mask: str = "255.255.255.255"
    domain_name: str = ""
    allowed: bool = False


class IpSecurity(Section):
    SECTION: ClassVar[str] = "system.webServer/security/ipSecurity"

    allow_unlisted: bool = True
    enable_reverse_dns: bool = False
    rows: tuple[IpRow, ...] = Field((), alias=OWN)
