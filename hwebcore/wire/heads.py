"""Response heads as text: status lines, the date once a second, header lines checked before they leave (reliability C 8).

Knows no connection. responses.py decides framing and calls `head_bytes`.
"""

from __future__ import annotations

import http
import re
from time import time

from hwebcore.http_dates import format_date
from hwebcore.pipeline.context import CONTROL, PRINTABLE

SERVER_NAME = "Poolhouse"
#: CONTROL without CR and LF.
_OTHER_CONTROL = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SERVER_LINE = f"Server: {SERVER_NAME}\r\n"
#: Decided by the wire; what an application says of them is read, not repeated.
_FRAMING = frozenset(("content-length", "transfer-encoding", "connection", "date", "server", "keep-alive", "upgrade"))
_STATUS_LINES = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n" for status in http.HTTPStatus}
_STATUS_LINES[413] = "HTTP/1.1 413 Request Entity Too Large\r\n"
#: Statuses without a body, whatever the request was.
BODILESS = frozenset((204, 304))
USUAL_LINES = {status: line for status, line in _STATUS_LINES.items() if status >= 200 and status not in BODILESS}


class _Date:
    """The Date header's value, made once a second, and what stands before the length of a usual answer: without and with Server."""

    __slots__ = ("begins", "ends", "text", "with_server", "without")

    def __init__(self) -> None:
        self.begin(0)

    def begin(self, second: int) -> None:
        self.begins, self.ends = float(second), second + 1.0  # compared with floats for each answer
        self.text = text = format_date(second)
        self.without = f"Date: {text}\r\nContent-Length: "
        self.with_server = _SERVER_LINE + self.without


DATE = _Date()


def http_date() -> str:
    now = time()
    if not DATE.begins <= now < DATE.ends:
        DATE.begin(int(now))
    return DATE.text


def status_line(status: int, phrase: str = "") -> str:
    if not phrase:
        known = _STATUS_LINES.get(status)
        if known is not None:
            return known
    return f"HTTP/1.1 {status:03d} {phrase or 'Unknown'}\r\n"


class BadHeader(ValueError):
    """A header that must not leave: a control character, or what latin-1 cannot hold."""


#: Names, as they were spelled, that are not the wire's and hold no line break.
PLAIN: set[str] = set()
_MOST_PLAIN = 1024
_LONGEST_REMEMBERED = 100


def _is_framing(name: str) -> bool:
    if name.lower() in _FRAMING:
        return True
    if len(PLAIN) < _MOST_PLAIN and name.isprintable():
        PLAIN.add(name)
    return False


class AppHeaders:
    """What the application's header list says: the lines to send, and what it wants of framing."""

    __slots__ = ("close", "date", "length", "lines", "server", "upgrade")

    def __init__(self, items: list[tuple[str, str]]) -> None:
        self.close = False
        self.length: int | None = None
        self.date = ""
        self.server: str | None = None
        self.upgrade = ""
        text, count = "", 0
        for name, value in items:
            if name not in PLAIN and _is_framing(name):
                self._note(name.lower(), value)
            elif value:
                text += f"{name}: {value}\r\n"
                count += 1
        # Checked whole: one CR and LF a line, no other control. `Headers.append` checks each, but its list is open to everybody.
        if text.count("\r") != count or text.count("\n") != count or _OTHER_CONTROL.search(text):
            raise BadHeader("a response header holds a control character")
        self.lines = text
        if len(PRINTABLE) < _MOST_PLAIN:
            PRINTABLE.update(value for _, value in items if 0 < len(value) <= _LONGEST_REMEMBERED and value.isprintable())

    def _note(self, name: str, value: str) -> None:
        if name == "connection":
            self.close = "close" in value.lower()
        elif name == "content-length" and value.isascii() and value.isdigit() and len(value) < 19:
            self.length = int(value)
        elif name in ("date", "server", "upgrade") and not CONTROL.search(value):
            setattr(self, name, value)


def head_bytes(status: int, phrase: str, headers: AppHeaders, framing: str, show_server: bool) -> bytes:
    """The head with its empty line. Raises BadHeader."""
    if phrase and CONTROL.search(phrase):
        raise BadHeader("the reason phrase holds a control character")
    server = ""
    if show_server:
        server = f"Server: {SERVER_NAME if headers.server is None else headers.server}\r\n"
    try:
        return f"{status_line(status, phrase)}{headers.lines}{server}Date: {headers.date or http_date()}\r\n{framing}\r\n".encode("latin-1")
    except UnicodeEncodeError as error:
        raise BadHeader("a response header holds a character that HTTP cannot carry") from error
