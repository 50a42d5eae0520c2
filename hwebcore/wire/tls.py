"""TLS as this server speaks it: contexts from certificates that came over a channel, found by key.

Knows no store, no file and no pool's code. Nothing below TLS 1.2, no compression, no renegotiation. The service (service/certificates.py)
decides which process gets which key; worker/tls_door.py and front/ serve with them.
"""

from __future__ import annotations

import os
import ssl
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hwebcore.certificate_keys import keys_for
from hwebcore.wire.tls_session import TlsSession

#: Session tickets after a handshake: one serves the usual client, each costs a write.
_TICKETS = 1


@dataclass(frozen=True, slots=True, eq=False)
class TlsIdentity:
    """A certificate ready to serve. `pool`: the one whose workers may hold its key, "" where the front alone may."""

    name: str
    pool: str
    session: TlsSession
    context: ssl.SSLContext


class TlsIdentities:
    """Certificates by key; swapped whole. A connection keeps the context that it began with."""

    def __init__(self, by_key: Mapping[str, TlsIdentity] | None = None) -> None:
        self._by_key = dict(by_key or {})

    def __len__(self) -> int:
        return len(self._by_key)

    def find(self, ip: str, port: int, name: str) -> TlsIdentity | None:
        for key in keys_for(ip, port, name):
            found = self._by_key.get(key)
            if found is not None:
                return found
        return None


class IdentityReader:
    """Takes in what the service sends: pieces of at most a frame's descriptors, the last of which makes the new set."""

    def __init__(self) -> None:
        self._coming: dict[str, TlsIdentity] = {}

    def take(self, message: Mapping[str, Any], fds: list[int]) -> tuple[TlsIdentities | None, list[str]]:
        """The new set after its last piece, None before; and what could not be used. Closes the descriptors."""
        faults = []
        try:
            if message["first"]:
                self._coming = {}
            for entry, fd in zip(message["certificates"], fds, strict=True):
                try:
                    self._coming.update(_identities(entry, fd))
                except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
                    faults.append(f"the certificate {entry['name']!r} cannot be used: {error}")
        finally:
            for fd in fds:
                os.close(fd)
        return (TlsIdentities(self._coming) if message["last"] else None), faults


def _identities(entry: Mapping[str, Any], fd: int) -> Iterable[tuple[str, TlsIdentity]]:
    session = TlsSession(str(entry["subject"]), str(entry["issuer"]), int(entry["bits"]))
    made: dict[bool, TlsIdentity] = {}
    for key, without_13 in entry["keys"]:
        if without_13 not in made:
            context = context_of(descriptor_path(fd), without_13=bool(without_13))
            made[without_13] = TlsIdentity(str(entry["name"]), str(entry["pool"]), session, context)
        yield str(key), made[without_13]


def context_of(path: str, *, without_13: bool = False) -> ssl.SSLContext:
    """Serves with the chain and key of a PEM file. Raises OSError (ssl.SSLError)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if without_13:
        context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION | ssl.OP_CIPHER_SERVER_PREFERENCE
    context.set_ciphers("ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:@SECLEVEL=2")  # of TLS 1.2; those of 1.3 are all good
    context.set_alpn_protocols(["http/1.1"])
    context.num_tickets = _TICKETS
    context.load_cert_chain(path)
    return context


def descriptor_path(fd: int) -> str:
    """A path by which this process opens what a descriptor refers to: keys come in memory, OpenSSL reads files."""
    return f"/proc/self/fd/{fd}" if sys.platform == "linux" else f"/dev/fd/{fd}"
