"""The first bytes of a TLS connection, read and left where they are: is it a ClientHello, and which name does it ask for?

Knows no socket and makes no handshake (RFC 8446 4.1.2, 5.1; RFC 6066 3). Everything in it is hostile: each length is held against what
is there. tls_greeting.py waits for the bytes.
"""

from __future__ import annotations

import re

from hwebcore.frozen import frozen

#: A ClientHello of more bytes than this is nobody's.
MOST_BYTES = 16384
_MOST_RECORD = 16384
_RECORD_HEAD, _HANDSHAKE_HEAD = 5, 4
_HANDSHAKE, _CLIENT_HELLO = 22, 1
_SERVER_NAME, _HOST_NAME = 0, 0
_NAME = re.compile(rb"(?!-)[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*\.?")


class NotTls(ValueError):
    """What came is no ClientHello that could be answered."""


class PlainHttp(NotTls):
    """It looks like a request without TLS: whoever sent it can read an answer."""


@frozen
class ClientHello:
    """`name`: in lower case, without a dot at its end; "" where none was sent, or one that is no host name."""

    name: str


@frozen
class Wanted:
    """More is needed: so many bytes in all, at least."""

    count: int


def read_client_hello(data: bytes) -> ClientHello | Wanted:
    """Raises NotTls."""
    if not data:
        return Wanted(1)
    if data[0] != _HANDSHAKE:
        if _is_plain(data):
            raise PlainHttp("a request without TLS")
        raise NotTls("no TLS")
    message = bytearray()
    place = 0
    records = 0
    while True:
        head = data[place : place + _RECORD_HEAD]
        if len(head) < _RECORD_HEAD:
            _check_head(head)
            return Wanted(place + _RECORD_HEAD)
        length = _check_head(head)
        records += 1
        start, place = place + _RECORD_HEAD, place + _RECORD_HEAD + length
        message += data[start:place]
        wanted = _length(message)
        if wanted and len(message) >= wanted:
            return ClientHello(_name(_Reader(bytes(message[_HANDSHAKE_HEAD:wanted]))))
        if len(data) < place:
            return Wanted(place)
        if records > MOST_BYTES // 64:
            raise NotTls("a ClientHello in crumbs")


def _is_plain(data: bytes) -> bool:
    """A method is a word of letters; what is cut still counts."""
    word = data.lstrip(b"\r\n")[:20].partition(b" ")[0]
    return not word or word.replace(b"-", b"").isalpha()


def _check_head(head: bytes) -> int:
    """The record's length, 0 where the head is not whole."""
    if head and head[0] != _HANDSHAKE:
        raise NotTls("no handshake record")
    if len(head) > 1 and head[1] != 3:
        raise NotTls("no version of TLS")
    if len(head) < _RECORD_HEAD:
        return 0
    length = int.from_bytes(head[3:5], "big")
    if not 0 < length <= _MOST_RECORD:
        raise NotTls("a record of a length that is none")
    return length


def _length(message: bytearray) -> int:
    """How long the handshake message is, with its head; 0 where that is not known yet."""
    if message and message[0] != _CLIENT_HELLO:
        raise NotTls("no ClientHello")
    if len(message) < _HANDSHAKE_HEAD:
        return 0
    length = int.from_bytes(message[1:4], "big") + _HANDSHAKE_HEAD
    if length > MOST_BYTES:
        raise NotTls("a ClientHello that is too long")
    return length


class _Reader:
    """Takes pieces off the front; never more than is there."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0

    @property
    def left(self) -> int:
        return len(self._data) - self._place

    def take(self, count: int) -> bytes:
        if count > self.left:
            raise NotTls("a ClientHello that ends too early")
        self._place += count
        return self._data[self._place - count : self._place]

    def vector(self, size: int) -> _Reader:
        """What a length of `size` bytes stands before."""
        return _Reader(self.take(self.number(size)))

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "big")


def _name(body: _Reader) -> str:
    body.take(2 + 32)  # version, random
    body.vector(1)  # session
    body.vector(2)  # cipher suites
    body.vector(1)  # compression
    if not body.left:
        return ""
    extensions = body.vector(2)
    found = ""
    while extensions.left:
        kind = extensions.number(2)
        content = extensions.vector(2)
        if kind == _SERVER_NAME and not found:
            found = _host_name(content)
    return found


def _host_name(content: _Reader) -> str:
    names = content.vector(2)
    while names.left:
        kind = names.number(1)
        name = names.vector(2)
        raw = name.take(name.left)
        if kind == _HOST_NAME and len(raw) <= 253 and _NAME.fullmatch(raw):
            return raw.decode("ascii").lower().rstrip(".")
    return ""
