"""The strict gate: a request head is taken or refused here, before anything else reads it (reliability C 6, 7, 9).

Knows no site. One framing, one Host, no ambiguity; fields are read by our grammar and then, where they passed, by llhttp too:
both must agree. kernel_page.py writes the refusals, protocol.py and the front call `read_head`.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, replace

import httptools

from hwebcore.pipeline.url_path import BadPath, normalise

MOST_HEAD_BYTES = 16_384
MOST_FIELDS = 100
#: No method that anybody knows is longer; HTTPERR keeps so many letters of one (rt 1.3).
MOST_METHOD = 255
#: Request lines up to this length are remembered, and fields.
_MOST_KNOWN_BYTES = 256
_MOST_KNOWN_BLOCK_BYTES = 1024

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]"
# Possessive quantifiers: no head, however made, costs more than one pass.
_LINE = re.compile(rf"({_TOKEN}++) ([!-~]++) HTTP/([0-9]\.[0-9])")
_BLOCK = re.compile(rf"(?:{_TOKEN}++:[\t -~\x80-\xff]*+\r\n)*+\r\n")
#: Of a block that passed.
_FIELD = re.compile(r"([^:]++):[ \t]*+([^\r]*+)\r\n")
_HOST = re.compile(r"(?:([A-Za-z0-9._~-]++)|(\[[0-9A-Fa-f:.]++\]))(?::([0-9]{1,5}))?")
_ABSOLUTE = re.compile(r"(https?:)//([^/?#]*)(.*)", re.IGNORECASE)
_DIGITS = re.compile(r"[0-9]{1,18}")
_WORD = re.compile(rf"{_TOKEN}++")
_VERSION = re.compile(r"HTTP/[0-9]++\.[0-9]++")
_NEEDS_LENGTH = frozenset(("POST", "PUT"))


class Refusal(Exception):
    """An answer of the wire itself. `reason` is HTTPERR's word; `title` and `text` are the page's."""

    def __init__(self, status: int, title: str, text: str, reason: str) -> None:
        super().__init__(text)
        self.status = status
        self.title = title
        self.text = text
        self.reason = reason


def _bad(text: str, reason: str = "BadRequest", title: str = "Bad Request") -> Refusal:
    return Refusal(400, title, text, reason)


def invalid_hostname() -> Refusal:
    return _bad("The request hostname is invalid.", "Hostname", "Bad Request - Invalid Hostname")


def invalid_url() -> Refusal:
    return _bad("The request URL is invalid.", "URL", "Bad Request - Invalid URL")


def misdirected() -> Refusal:
    return Refusal(421, "Misdirected Request", "This connection does not serve that host.", "Hostname")


def _too_long(data: bytes) -> Refusal:
    """Of a head beyond MOST_HEAD_BYTES: its target, one field, or all of it (rt 1.2)."""
    lines = data.split(b"\r\n")
    if len(lines[0]) > MOST_HEAD_BYTES:
        return Refusal(414, "Request-URI Too Long", "The request URL is too long.", "URL_Length")
    reason = "FieldLength" if max(map(len, lines)) > MOST_HEAD_BYTES else "RequestLength"
    return _bad("The size of the request headers is too long.", reason, "Bad Request - Request Too Long")


@dataclass(slots=True)
class Fields:
    """The fields of a head that passed: what its `block`, all that follows the request line, says in this version of HTTP.

    `length` None: chunked, or no body; `host` in lower case without port, "" for HTTP/1.0 without one.
    """

    block: bytes
    http_version: str
    headers: list[tuple[str, str]]
    #: Lower-case name -> its values.
    values: dict[str, list[str]]
    keep_alive: bool
    host: str = ""
    length: int | None = None
    chunked: bool = False
    expects_continue: bool = False
    #: Whether the target's absolute form asks for https.
    secure: bool = False


@dataclass(slots=True)
class Head:
    """A head that passed: its request line, and its fields. `host` is the fields', or that of a target in absolute form."""

    method: str
    raw_url: str
    path: str
    query_string: str
    host: str
    fields: Fields


def check_partial(data: bytes) -> None:
    """Refuse what no further byte can repair, so that nobody waits for it. `data` holds no complete head."""
    if len(data) > MOST_HEAD_BYTES:
        raise _too_long(data)
    if data.count(b"\n") != data.count(b"\r\n") or b"\0" in data:
        raise _bad("The request holds a line that is not ended by CR LF, or a NUL.", "Invalid_CR/LF")
    first, ended, _ = data.partition(b"\r\n")
    if ended:
        if len(first) <= _MOST_KNOWN_BYTES:  # a long one is judged with the rest: whoever sends byte by byte must not cost more than that
            _known_line(first)
    elif first not in (b"", b"\r") and not _WORD.match(first.decode("latin-1")):  # TLS on a plain port, say
        raise _bad_line(first.decode("latin-1"))


def read_head(data: bytes, before: Fields | None = None) -> Head:
    """`data` ends with the empty line. Raises Refusal.

    `before`: the fields of the head that came last on this connection. Clients mostly repeat them to the byte, and the same bytes
    say the same: they are read once. Request lines and short fields repeat from client to client.
    """
    if len(data) > MOST_HEAD_BYTES:
        raise _too_long(data)
    first, _, block = data.partition(b"\r\n")
    method, target, path, query, version, authority = _known_line(first) if len(first) <= _MOST_KNOWN_BYTES else _read_line(first)
    fields = before
    if fields is None or fields.block != block or fields.http_version != version:
        fields = (_known_fields if len(block) <= _MOST_KNOWN_BLOCK_BYTES else _read_fields)(block, version)
    if authority:
        fields = _with_host(fields, authority)
    if fields.length is None and method in _NEEDS_LENGTH and not fields.chunked:
        raise Refusal(411, "Length Required", "The request must be chunked or have a content length.", "LengthRequired")
    return Head(method, target, path, query, fields.host, fields)


def _read_line(first: bytes) -> tuple[str, str, str, str, str, str]:
    """(method, raw URL, path, query string, version, scheme and authority: "" where the target has none) of a request line."""
    text = first.decode("latin-1")
    line = _LINE.fullmatch(text)
    if line is None:
        raise _bad_line(text)
    method, target, version = line.groups()
    if version[0] != "1":
        raise _bad_version()
    if len(method) > MOST_METHOD:
        raise Refusal(501, "Not Implemented", "The request verb is not supported.", "Verb")
    if version != "1.0":
        version = "1.1"  # a higher minor version is answered as the highest that we speak (RFC 9110 2.5)
    authority, target, path, query = _read_target(method, target)
    return method, target, path, query, version, authority


_known_line = functools.lru_cache(maxsize=1024)(_read_line)


def _with_host(fields: Fields, authority: str) -> Fields:
    """The target's authority stands in for the Host header (RFC 9112 3.2.2): nobody builds an address of the other one."""
    scheme, _, authority = authority.rpartition("//")
    headers = [("Host", authority), *(header for header in fields.headers if header[0].lower() != "host")]
    return replace(
        fields, block=b"", headers=headers, values={**fields.values, "host": [authority]}, host=_host(authority), secure=scheme == "https:"
    )


def _bad_line(text: str) -> Refusal:
    """Why there is no request line."""
    words = text.split(" ")
    if not _WORD.fullmatch(words[0]):
        return _bad("The request verb is invalid.", "Verb", "Bad Request - Invalid Verb")
    return _bad_version() if len(words) == 3 and _VERSION.fullmatch(words[2]) and not words[2].startswith("HTTP/1.") else invalid_url()


def _bad_version() -> Refusal:
    return Refusal(505, "HTTP Version Not Supported", "The HTTP version is not supported.", "Version_N/S")


def _read_fields(block: bytes, version: str) -> Fields:
    """Grammar, then Host, framing, Connection, Expect; each at most once where twice could be read in two ways."""
    text = block.decode("latin-1")
    if not _BLOCK.fullmatch(text):
        raise _bad("A request header is invalid.", "Header", "Bad Request - Invalid Header")
    headers = _FIELD.findall(text)
    if len(headers) > MOST_FIELDS:
        raise Refusal(431, "Request Header Fields Too Large", "The request has too many headers.", "FieldLength")
    if " \r\n" in text or "\t\r\n" in text:
        headers = [(name, value.rstrip(" \t")) for name, value in headers]
    if "_" in text:  # CGI's names cannot tell "_" from "-": such a header could pass for another
        headers = [header for header in headers if "_" not in header[0]]
    values: dict[str, list[str]] = {}
    for name, value in headers:
        values.setdefault(name.lower(), []).append(value)
    fields = Fields(block, version, headers, values, version == "1.1")
    _read_special(fields)
    _second_opinion(block, version)
    return fields


_known_fields = functools.lru_cache(maxsize=256)(_read_fields)


def _read_special(fields: Fields) -> None:
    values = fields.values
    hosts = values.get("host", ())
    if len(hosts) > 1 or (not hosts and fields.http_version == "1.1"):
        raise invalid_hostname()
    if hosts:
        fields.host = _host(hosts[0])
    if "connection" in values:
        _read_connection(fields, values["connection"])
    for value in values.get("expect", ()):
        fields.expects_continue = value.lower() == "100-continue" and fields.http_version == "1.1"
    lengths, codings = values.get("content-length", []), values.get("transfer-encoding", [])
    if lengths or codings:
        _read_framing(fields, lengths, codings)


def _read_connection(fields: Fields, values: list[str]) -> None:
    """`close` wins, wherever it stands (RFC 9112 9.3)."""
    options = {word.strip(" \t") for value in values for word in value.lower().split(",")}
    if "close" in options:
        fields.keep_alive = False
    elif "keep-alive" in options:
        fields.keep_alive = True


def _read_framing(fields: Fields, lengths: list[str], codings: list[str]) -> None:
    if codings:
        if lengths:
            raise _bad("The request has a content length and a transfer encoding.", "Header")
        if len(codings) > 1 or fields.http_version == "1.0":
            raise _bad("The transfer encoding is invalid.", "Header")
        *others, last = [word.strip(" \t") for word in codings[0].lower().split(",")]
        if last != "chunked" or "chunked" in others or not all(map(_WORD.fullmatch, others)):
            raise _bad("The transfer encoding is invalid.", "Header")  # nobody could say where the body ends (RFC 9112 6.3)
        if others:
            raise Refusal(501, "Not Implemented", "The transfer encoding is not supported.", "N/I")
        fields.chunked = True
        return
    if len(lengths) > 1 or not _DIGITS.fullmatch(lengths[0]):
        raise _bad("The content length is invalid.", "Number")
    fields.length = int(lengths[0])


def _host(value: str) -> str:
    match = _HOST.fullmatch(value)
    if match is None or (match[3] and int(match[3]) > 65535):
        raise invalid_hostname()
    return (match[1] or match[2]).lower()


def _read_target(method: str, target: str) -> tuple[str, str, str, str]:
    """(scheme and authority where it is in absolute form, raw URL, path, query string) of a request target."""
    authority = ""
    if method == "CONNECT":
        raise Refusal(501, "Not Implemented", "The request verb is not supported.", "N/I")
    if target == "*" and method == "OPTIONS":
        return authority, target, "/", ""  # of the server as a whole: answered where "/" is
    if not target.startswith("/"):
        absolute = _ABSOLUTE.fullmatch(target)
        if absolute is None:
            raise invalid_url()
        _host(absolute[2])  # absolute form wins over Host (RFC 9112 3.2.2)
        authority = f"{absolute[1].lower()}//{absolute[2]}"
        target = absolute[3]
        if not target.startswith("/"):
            target = "/" + target
    if "#" in target:
        raise invalid_url()
    path, _, query = target.partition("?")
    try:
        return authority, target, normalise(path), query
    except BadPath as error:
        if error.status == 403:
            raise Refusal(403, "Forbidden", "The request URL is forbidden.", "Forbidden") from error
        raise invalid_url() from error


class _Silent:
    """Wants no callback."""


_SILENT = _Silent()


def _second_opinion(block: bytes, version: str) -> None:
    """llhttp reads the fields too. The request line is ours alone: llhttp knows only registered verbs."""
    parser = httptools.HttpRequestParser(_SILENT)
    try:
        parser.feed_data(b"POST / HTTP/%b\r\n%b" % (version.encode(), block))
    except httptools.HttpParserUpgrade:
        return
    except httptools.HttpParserError as error:
        raise _bad("The request is invalid.", "Header") from error
