"""system.webServer/security/access: what a connection must be (TLS, client certificates).

Knows no connections. restrictions.py asks whether it is in force.
"""

from __future__ import annotations

from typing import ClassVar

from model.sections.section import Section


class Access(Section):
    SECTION: ClassVar[str] = "system.webServer/security/access"

    ssl_flags: tuple[str, ...] = ()

    @property
    def required(self) -> tuple[str, ...]:
        """The flags that turn requests away; SslNegotiateCert alone only asks for a certificate."""
        return tuple(flag for flag in self.ssl_flags if flag in ("Ssl", "SslRequireCert", "Ssl128"))
