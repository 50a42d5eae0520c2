"""What a connection's TLS is, as applications may know it: certificate, protocol, cipher. Given by whoever ends it, never by a header.

Knows no context and no key: tls.py makes those, for processes that end TLS. A worker without https loads this alone.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from hwebcore.frozen import frozen

if TYPE_CHECKING:
    import ssl


@frozen
class TlsSession:
    """`key_bits`: of the server's key; `bits`: of the cipher, 0 before the handshake."""

    subject: str = ""
    issuer: str = ""
    key_bits: int = 0
    protocol: str = ""
    cipher: str = ""
    bits: int = 0

    def agreed(self, connection: ssl.SSLObject) -> TlsSession:
        """The same after its handshake."""
        name, _, bits = connection.cipher() or ("", "", 0)
        return dataclasses.replace(self, protocol=connection.version() or "", cipher=name, bits=bits)

    def to_list(self) -> list[str | int]:
        return [self.subject, self.issuer, self.key_bits, self.protocol, self.cipher, self.bits]

    @classmethod
    def from_list(cls, value: object) -> TlsSession | None:
        """None for None. Raises TypeError for anything else that `to_list` did not write."""
        if value is None:
            return None
        if not isinstance(value, list) or [type(item) for item in value] != [str, str, int, str, str, int]:
            raise TypeError("no TLS session")
        return cls(*value)
