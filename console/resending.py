"""Whether a captured request can be sent again, and what is sent then: the very request, but for what belonged to its connection. No Textual.

Knows the detail and no socket: sending.py sends to a site's address, cli/exchange.py to a worker. DESIGN.md 8 says who is asked before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.captured import Message, request
from hwebcore.detail_ring import Detail

if TYPE_CHECKING:
    from console.cli.exchange import Asked
    from console.cli.target import Target

#: Methods that an application may be asked twice without being asked whether that is meant (RFC 9110 9.2.1).
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
#: Of one connection, or of one way of framing: made anew for the next (RFC 9110 7.6.1, 10.1.1).
_HOP_BY_HOP = frozenset({
    "connection", "keep-alive", "proxy-connection", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade", "content-length",
    "expect", "http2-settings",
})  # fmt: skip
#: Schemes that sign in a connection: the proof is good once.
_OF_CONNECTION = frozenset({"ntlm", "negotiate"})


def refusal(detail: Detail) -> str:
    """Why what was captured would not be the same request; "" where it would."""
    message = request(detail)
    if detail.request_cut:
        return f"Its body of {detail.request_bytes} bytes was not captured whole: it is too long, or was never read to its end."
    if message.value("upgrade") and "upgrade" in message.value("connection").casefold():
        return f"It asked for {message.value('upgrade')}: that was a conversation, and not captured."
    scheme = message.value("authorization").partition(" ")[0]
    if scheme.casefold() in _OF_CONNECTION:
        return f"Its {scheme} sign-in is good for one connection: what was captured of it proves nothing on another."
    return ""


def asked(detail: Detail) -> Asked:
    """Cookies, credentials and Host as they came."""
    from console.cli.exchange import Asked  # who only looks whether it can be sent does not need an HTTP client

    message = request(detail)
    method = message.first.partition(" ")[0]
    named = {word.strip().casefold() for name, value in message.headers if name.casefold() == "connection" for word in value.split(",")}
    dropped = _HOP_BY_HOP | named
    return Asked(method, tuple(header for header in message.headers if header[0].casefold() not in dropped), message.body, exact=True)


def target(detail: Detail, site: str, pool: str) -> Target:
    """Where it came in."""
    from console.cli.target import Target  # as above

    message = request(detail)
    path, host = path_of(message), message.value("host") or f"{detail.ip}:{detail.port}"
    scheme = "https" if detail.secure else "http"
    return Target(f"{scheme}://{host}{path if path.startswith('/') else '/'}", site, "", pool, (detail.ip, detail.port), host, path, detail.secure)


def path_of(message: Message) -> str:
    """Of its request line, with the query."""
    words = message.first.split(" ")
    return words[1] if len(words) > 1 else "/"
