"""TLS for tests: ClientHellos as real clients write them, certificates in a store, and clients that trust anybody.

Knows no server. Look next at server_driver.py for the service behind it.
"""

from __future__ import annotations

import asyncio
import dataclasses
import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hwebcore.certificate_making import Pair, self_signed
from hwebcore.certificate_store import CertificateStore
from hwebcore.plan import BindingRoute, SiteRoute
from tests.support.server_driver import HttpClient


def issued(name: str, authority: str = "An Authority") -> Pair:
    """One that somebody else vouches for."""
    key, signer, start = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC) - timedelta(minutes=5)
    subject, issuer = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)]) for text in (name, authority))
    made = (
        x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number(), start, start + timedelta(days=90))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(signer, hashes.SHA256())
    )
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return Pair(made.public_bytes(serialization.Encoding.PEM), secret)


def client_context(**more: object) -> ssl.SSLContext:
    """Trusts anybody: names and certificates are looked at by the tests themselves."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    for name, value in more.items():
        setattr(context, name, value)
    return context


def hello(name: str | None, context: ssl.SSLContext | None = None) -> bytes:
    """The first flight of a real client that asks for `name`."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    connection = (context or client_context()).wrap_bio(incoming, outgoing, server_hostname=name)
    try:
        connection.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


def keep(state: Path, *bound: tuple[Sequence[str], str]) -> CertificateStore:
    """A store with one self-signed certificate for each (host names, key)."""
    state.mkdir(parents=True, exist_ok=True)
    store = CertificateStore(state)
    for names, key in bound:
        store.add(names[0].replace(":", "."), self_signed(names), replace=True)
        store.bind(key, names[0].replace(":", "."))
    return store


def https(site: SiteRoute, *hosts: str, flags: int = 1) -> SiteRoute:
    """The site with its port bound for https: by name, or with "" by address."""
    [binding] = site.bindings[:1]
    bound = [BindingRoute("https", binding.ip, binding.port, host, ssl_flags=flags if host else 0) for host in hosts]
    return dataclasses.replace(site, bindings=tuple(bound))


async def tls_client(port: int, name: str | None, context: ssl.SSLContext | None = None) -> tuple[HttpClient, ssl.SSLObject]:
    """A kept connection over TLS. Raises OSError where the server does not agree."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context or client_context(), server_hostname=name or "")
    return HttpClient(reader, writer), writer.get_extra_info("ssl_object")


async def get_https(port: int, host: str, path: str = "/", name: str | None = None) -> tuple[int, str]:
    """One request on a connection of its own."""
    client, _ = await tls_client(port, name or host)
    try:
        return await client.get(path, host)
    finally:
        await client.close()


def shown_to(port: int, name: str) -> str:
    """The PEM of what a client of that name is shown."""
    import socket

    with socket.create_connection(("127.0.0.1", port), 5) as sock, client_context().wrap_socket(sock, server_hostname=name) as wrapped:
        der = wrapped.getpeercert(True)
    assert der is not None
    return ssl.DER_cert_to_PEM_cert(der)
