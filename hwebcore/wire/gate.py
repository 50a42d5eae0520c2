"""The strict gate: a request head is taken or refused here, before anything else reads it (reliability C 6, 7, 9).

Knows no site. One framing, one Host, no ambiguity; the head is read by our grammar and then, where it passed, by llhttp too:
both must agree. kernel_page.py writes the refusals, protocol.py and the front call `read_head`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import httptools

from hwebcore.pipeline.url_path import BadPath, normalise

MOST_HEAD_BYTES = 16_384
MOST_FIELDS = 100

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]"
# Possessive quantifiers: no head, however made, costs more than one pass.
_LINE = re.compile(rf"({_TOKEN}++) ([!-~]++) HTTP/([0-9])\.([0-9])\r\n")
_BLOCK = re.compile(rf"(?:{_TOKEN}++:[^\x00-\x08\x0a-\x1f\x7f]*+\r\n)*+\r\n")
_FIELD = re.compile(r"([^:\r\n]++):[ \t]*+([^\r\n]*+)\r\n")
_HOST = re.compile(r"(?:([A-Za-z0-9._~-]++)|(\[[0-9A-Fa-f:.]++\]))(?::([0-9]{1,5}))?")
_ABSOLUTE = re.compile(r"(?:http|https)://([^/?#]*)(.*)", re.IGNORECASE)
_DIGITS = re.compile(r"[0-9]{1,18}")
_CODING = re.compile(rf"{_TOKEN}++")
_SPECIAL = frozenset(("host", "content-length", "transfer-encoding", "connection", "expect"))
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


def too_long() -> Refusal:
    return _bad("The size of the request headers is too long.", "RequestLength", "Bad Request - Request Too Long")


@dataclass(slots=True)
class Head:
    """A head that passed. `length` None: chunked, or no body; `host` in lower case without port, "" for HTTP/1.0 without one."""

    method: str
    raw_url: str
    path: str
    query_string: str
    http_version: str
    headers: list[tuple[str, str]]
    host: str
    length: int | None
    chunked: bool
    keep_alive: bool
    expects_continue: bool


def check_partial(data: bytes) -> None:
    """Refuse what no further byte can repair, so that nobody waits for it. `data` holds no complete head."""
    if len(data) > MOST_HEAD_BYTES:
        if data.find(b"\r\n", 2, MOST_HEAD_BYTES) < 0:
            raise Refusal(414, "Request-URI Too Long", "The request URL is too long.", "URL_Length")
        raise too_long()
    if data.count(b"\n") != data.count(b"\r\n") or b"\0" in data:
        raise _bad("The request holds a line that is not ended by CR LF, or a NUL.", "Invalid_CR/LF")


def read_head(data: bytes) -> Head:
    """`data` ends with the empty line. Raises Refusal."""
    if len(data) > MOST_HEAD_BYTES:
        raise too_long()
    text = data.decode("latin-1")
    line = _LINE.match(text)
    if line is None:
        raise _bad_line(text)
    method, target, major, minor = line.groups()
    if major != "1" or minor not in "01":
        raise Refusal(505, "HTTP Version Not Supported", "The HTTP version is not supported.", "Version_N/S")
    if not _BLOCK.fullmatch(text, line.end()):
        raise _bad("A request header is invalid.", "Header", "Bad Request - Invalid Header")
    fields = _FIELD.findall(text, line.end())
    if len(fields) > MOST_FIELDS:
        raise Refusal(431, "Request Header Fields Too Large", "The request has too many headers.", "FieldLength")
    if " \r\n" in text or "\t\r\n" in text:
        fields = [(name, value.rstrip(" \t")) for name, value in fields]
    head = Head(method, target, "", "", f"1.{minor}", fields, "", None, False, minor == "1", False)
    _read_fields(head)
    _read_target(head)
    if method in _NEEDS_LENGTH and head.length is None and not head.chunked:
        raise Refusal(411, "Length Required", "The request must be chunked or have a content length.", "LengthRequired")
    _second_opinion(method, data)
    return head


def _bad_line(text: str) -> Refusal:
    """Why there is no request line."""
    words = text.partition("\r\n")[0].split(" ")
    if not _CODING.fullmatch(words[0]):
        return _bad("The request verb is invalid.", "Verb", "Bad Request - Invalid Verb")
    if len(words) == 3 and re.fullmatch(r"HTTP/[0-9]+\.[0-9]+", words[2]) and words[2] not in ("HTTP/1.0", "HTTP/1.1"):
        return Refusal(505, "HTTP Version Not Supported", "The HTTP version is not supported.", "Version_N/S")
    return invalid_url()


def _read_fields(head: Head) -> None:
    """Host, framing, Connection, Expect; each at most once where twice could be read in two ways."""
    hosts: list[str] = []
    lengths: list[str] = []
    codings: list[str] = []
    underscored = False
    for name, value in head.headers:
        key = name.lower()
        if key in _SPECIAL:
            if key == "host":
                hosts.append(value)
            elif key == "connection":
                _read_connection(head, value)
            elif key == "content-length":
                lengths.append(value)
            elif key == "transfer-encoding":
                codings.append(value)
            else:
                head.expects_continue = value.lower() == "100-continue" and head.http_version == "1.1"
        elif "_" in key:
            underscored = True
    if len(hosts) > 1 or (not hosts and head.http_version == "1.1"):
        raise invalid_hostname()
    if hosts:
        head.host = _host(hosts[0])
    if lengths or codings:
        _read_framing(head, lengths, codings)
    if underscored:  # CGI's names cannot tell "_" from "-": such a header could pass for another
        head.headers = [field for field in head.headers if "_" not in field[0]]


def _read_connection(head: Head, value: str) -> None:
    words = value.lower()
    if words == "keep-alive":
        head.keep_alive = True
        return
    tokens = [word.strip() for word in words.split(",")]
    if "close" in tokens:
        head.keep_alive = False
    elif "keep-alive" in tokens:
        head.keep_alive = True


def _read_framing(head: Head, lengths: list[str], codings: list[str]) -> None:
    if codings:
        if lengths:
            raise _bad("The request has a content length and a transfer encoding.", "Header")
        if len(codings) > 1 or head.http_version == "1.0":
            raise _bad("The transfer encoding is invalid.", "Header")
        if codings[0].lower() != "chunked":
            if _CODING.fullmatch(codings[0]):
                raise Refusal(501, "Not Implemented", "The transfer encoding is not supported.", "N/I")
            raise _bad("The transfer encoding is invalid.", "Header")
        head.chunked = True
        return
    if len(lengths) > 1 or not _DIGITS.fullmatch(lengths[0]):
        raise _bad("The content length is invalid.", "Number")
    head.length = int(lengths[0])


def _host(value: str) -> str:
    match = _HOST.fullmatch(value)
    if match is None or (match[3] and int(match[3]) > 65535):
        raise invalid_hostname()
    return (match[1] or match[2]).lower()


def _read_target(head: Head) -> None:
    target = head.raw_url
    if head.method == "CONNECT":
        raise Refusal(501, "Not Implemented", "The request verb is not supported.", "N/I")
    if target == "*" and head.method == "OPTIONS":
        head.path = "/"  # of the server as a whole: answered where "/" is
        return
    if not target.startswith("/"):
        absolute = _ABSOLUTE.fullmatch(target)
        if absolute is None:
            raise invalid_url()
        head.host = _host(absolute[1])  # absolute form wins over Host (RFC 9112 3.2.2)
        target = absolute[2]
        if not target.startswith("/"):
            target = "/" + target
        head.raw_url = target
    if "#" in target:
        raise invalid_url()
    path, _, head.query_string = target.partition("?")
    try:
        head.path = normalise(path)
    except BadPath as error:
        if error.status == 403:
            raise Refusal(403, "Forbidden", "The request URL is forbidden.", "Forbidden") from error
        raise invalid_url() from error


class _Silent:
    """Wants no callback."""


_SILENT = _Silent()


def _second_opinion(method: str, data: bytes) -> None:
    """llhttp reads the head too. It knows only registered verbs, so it is shown one of them."""
    parser = httptools.HttpRequestParser(_SILENT)
    try:
        parser.feed_data(b"POST" + data[len(method) :])
    except httptools.HttpParserUpgrade:
        return
    except httptools.HttpParserError as error:
        raise _bad("The request is invalid.", "Header") from error
