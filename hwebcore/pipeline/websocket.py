"""What a WebSocket is to the pipeline: the handshake that a request's head may hold (RFC 6455 4), and the open connection.

Knows no frame and no transport. modules/websocket.py reads handshakes, managed/websocket.py carries an application's messages,
wire/websocket.py is the connection.
"""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Protocol

from hwebcore.frozen import frozen
from hwebcore.plan import WebSocketSettings

if TYPE_CHECKING:
    from hwebcore.pipeline.context import Request

VERSION = "13"
#: Close codes that the server itself gives (RFC 6455 7.4.1 and its register).
NORMAL, NO_CODE, ABNORMAL, TOO_BIG, INTERNAL_ERROR, SERVICE_RESTART = 1000, 1005, 1006, 1009, 1011, 1012

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
#: 16 bytes in Base64: the last letter before the padding holds two bits.
_KEY = re.compile(r"[A-Za-z0-9+/]{21}[AQgw]==")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class BadHandshake(Exception):
    """A request for a WebSocket that is none: the status to answer, and why."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@frozen
class Handshake:
    """A whole one. It stands in `Context.items` under this class, put there by WebSocketModule."""

    key: str
    subprotocols: tuple[str, ...]
    settings: WebSocketSettings

    @property
    def accept(self) -> str:
        """Sec-WebSocket-Accept: that the server understood."""
        import hashlib  # only where a WebSocket is

        digest = hashlib.sha1(self.key.encode() + _GUID, usedforsecurity=False).digest()
        return base64.b64encode(digest).decode()


def read_handshake(request: Request, settings: WebSocketSettings) -> Handshake | None:
    """The handshake of a request that asks for a WebSocket; None of one that does not. Raises BadHandshake."""
    headers = request.headers
    if request.http_version != "1.1" or "websocket" not in _words(headers.get_all("Upgrade")):
        return None  # other upgrades are declined by not answering them, and HTTP/1.0 has none (RFC 9110 7.8)
    if request.method != "GET":
        raise BadHandshake(400, "a WebSocket handshake is a GET")
    if "upgrade" not in _words(headers.get_all("Connection")):
        raise BadHandshake(400, "Upgrade is not listed in Connection")
    if request.body.expected:
        raise BadHandshake(400, "a WebSocket handshake has no body")
    versions = headers.get_all("Sec-WebSocket-Version")
    if len(versions) == 1 and versions[0] != VERSION:
        raise BadHandshake(426, f"the WebSocket's version is not {VERSION}")
    if len(versions) != 1:
        raise BadHandshake(400, "Sec-WebSocket-Version has to stand there once")
    keys = headers.get_all("Sec-WebSocket-Key")
    if len(keys) != 1 or not _KEY.fullmatch(keys[0]):
        raise BadHandshake(400, "Sec-WebSocket-Key has to stand there once, 16 bytes in Base64")
    return Handshake(keys[0], _subprotocols(headers.get_all("Sec-WebSocket-Protocol")), settings)


def _words(values: list[str]) -> list[str]:
    return [word.strip().lower() for value in values for word in value.split(",")]


def _subprotocols(values: list[str]) -> tuple[str, ...]:
    names = [name.strip() for value in values for name in value.split(",")]
    if not all(_TOKEN.fullmatch(name) for name in names) or len(set(names)) != len(names):
        raise BadHandshake(400, "Sec-WebSocket-Protocol holds what is no name, or one name twice")
    return tuple(names)


@frozen
class Closed:
    """How a WebSocket ended; `code` is 1005 where its close frame had none, 1006 where there was no close frame."""

    code: int
    reason: str = ""


class WebSocket(Protocol):
    """An open one. Messages are whole: text is str, binary bytes."""

    #: Done when the connection is gone.
    closed: asyncio.Future[None]

    async def receive(self) -> str | bytes | Closed:
        """The next message; at the end, and ever after, how it ended."""
        ...

    def send(self, message: str | bytes) -> Awaitable[None] | None:
        """Send a message; await the answer where there is one: back-pressure. Raises ConnectionResetError once it is closed."""
        ...

    def close(self, code: int, reason: str = "") -> None:
        """Begin the closing handshake; no effect on one that is closing already. Raises ValueError for what is no close code."""
        ...
