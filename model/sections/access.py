"""system.webServer/security/access: what a connection must be (TLS, client certificates).

Knows no connections. The runtime's core asks for TLS (403.4, 403.5); restrictions.py closes what asks for client certificates.
"""

from __future__ import annotations

from typing import ClassVar

from hwebcore.plan import Source
from model.effective import EffectiveSection
from model.sections.section import Section


class Access(Section):
    SECTION: ClassVar[str] = "system.webServer/security/access"

    ssl_flags: tuple[str, ...] = ()

    @property
    def requires_certificate(self) -> bool:
        """SslNegotiateCert alone only asks for one and turns nobody away."""
        return "SslRequireCert" in self.ssl_flags


def settings(section: EffectiveSection) -> tuple[tuple[str, ...], Source | None]:
    """What the runtime asks of a connection, and where that is written."""
    flags = tuple(flag for flag in Access.from_effective(section).ssl_flags if flag in ("Ssl", "Ssl128"))
    return flags, section.root.source_of("sslFlags") if flags else None
