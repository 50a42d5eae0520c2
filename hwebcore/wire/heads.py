"""Response heads as text: status lines, the date once a second, header lines checked before they leave (reliability C 8).

Knows no connection. responses.py decides framing and calls `head_bytes`.
"""

from __future__ import annotations

import http
import re
from collections.abc import Callable
from time import time
from typing import Any

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
_USUAL_LINES = {status: line for status, line in _STATUS_LINES.items() if status >= 200 and status not in BODILESS}


class _Date:
    """The Date header's value, made once a second, and what stands before the length of a usual answer: without and with Server."""

    __slots__ = ("ends", "second", "text", "with_server", "without")

    def __init__(self) -> None:
        self.begin(0)

    def begin(self, second: int) -> None:
        self.second = second
        self.ends = second + 1
        self.text = text = format_date(second)
        self.without = f"Date: {text}\r\nContent-Length: "
        self.with_server = _SERVER_LINE + self.without


_date = _Date()


def http_date() -> str:
    now = time()
    if not _date.second <= now < _date.ends:
        _date.begin(int(now))
    return _date.text


def status_line(status: int, phrase: str = "") -> str:
    if not phrase:
        known = _STATUS_LINES.get(status)
        if known is not None:
            return known
    return f"HTTP/1.1 {status:03d} {phrase or 'Unknown'}\r\n"


class BadHeader(ValueError):
    """A header that must not leave: a control character, or what latin-1 cannot hold."""


#: Names, as they were spelled, that are not the wire's and hold no line break.
_plain: set[str] = set()
_MOST_PLAIN = 1024
_LONGEST_REMEMBERED = 100


def _is_framing(name: str) -> bool:
    if name.lower() in _FRAMING:
        return True
    if len(_plain) < _MOST_PLAIN and name.isprintable():
        _plain.add(name)
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
            if name not in _plain and _is_framing(name):
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


def plain_head(status: int, items: list[tuple[str, str]], length: int, show_server: bool) -> bytes:
    """The head of the usual answer: nothing in it speaks of framing, a body of `length` bytes, the connection kept.

    b"" where it is none (no body belongs to its status, for one): `head_bytes` has the other cases, and the reasons.
    """
    first, count = _USUAL_LINES.get(status), len(items)
    if first is None or count > _MOST_LINES:
        return b""
    date, now = _date, time()
    if not date.second <= now < date.ends:
        date.begin(int(now))
    try:
        return _WRITERS[count](items, first, date.with_server if show_server else date.without, length, _plain, PRINTABLE).encode("latin-1")
    except UnicodeEncodeError:
        return b""


def _usual_writer(count: int) -> Callable[[list[tuple[str, str]], str, str, int, set[str], set[str]], str]:
    """A function that writes the head of a usual answer with `count` headers of its own, "" where one of them is not usual."""
    each = range(count)
    pairs = "".join(f"(name{number}, value{number}), " for number in each)
    tests = [f"name{number} in plain and (value{number} in printable or (value{number} and value{number}.isprintable()))" for number in each]
    usual = " and ".join(tests) or "True"
    lines = "".join(f"{{name{number}}}: {{value{number}}}\\r\\n" for number in each)
    source = f"""def write(items, first, rest, length, plain, printable):
    {pairs or "()"} = items
    return f"{{first}}{lines}{{rest}}{{length}}\\r\\n\\r\\n" if {usual} else ""
"""
    space: dict[str, Any] = {}
    exec(source, space)  # made of numbers and of the texts above: nothing of it comes from an application or a visitor
    return space["write"]  # type: ignore[no-any-return]  # what exec made


_MOST_LINES = 16
_WRITERS = [_usual_writer(count) for count in range(_MOST_LINES + 1)]


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
