"""The usual answer: whole, over a connection that is kept, with a length and nothing unusual about it. Head and body are one piece;
of a long file it is the head.

Knows no connection. What is not usual is left to responses.py, which has all cases, and the reasons.
"""

from __future__ import annotations

from collections.abc import Callable
from time import time
from typing import Any

from hwebcore.pipeline.context import PRINTABLE, Context
from hwebcore.wire.heads import DATE, PLAIN, USUAL_LINES
from hwebcore.wire.responses import LARGE_BODY_BYTES, SMALL_FILE_BYTES

_MOST_LINES = 16
_first_line = USUAL_LINES.get


def usual_answer(context: Context, last: bool) -> bytes:
    """The bytes to send now, b"" where it is none. A flush is one where a handler declared just what is there; after it nothing is left
    for the end."""
    response = context.response
    if response.sent_headers or response.filters or response.reason_phrase:
        return b""
    body, length, declared, file = response.body, response.buffered, response.content_length, response.file
    if length >= LARGE_BODY_BYTES or (not last if declared is None else declared != length):
        return b""
    if file is not None:
        if length or not last or file[2] <= SMALL_FILE_BYTES or declared is not None:
            return b""
        length = file[2]
    items, first = response.headers.items, _first_line(response.status)
    if first is None or len(items) > _MOST_LINES:
        return b""
    date, now = DATE, time()
    if now < date.begins or now >= date.ends:
        date.begin(int(now))
    hidden = context.settings.request_filtering.remove_server_header
    try:
        head = _HEADS[len(items)](items, first, date.without if hidden else date.with_server, length)
        if not head:
            return b""
        data = head.encode("latin-1") + (body[0] if len(body) == 1 else b"".join(body))
    except UnicodeEncodeError:
        return b""
    response.sent_headers = True
    response.body = []
    response.buffered = 0
    response.bytes_sent = len(data)
    return data


def _head_writer(count: int) -> Callable[[list[tuple[str, str]], str, str, int], str]:
    """A function that writes the head of a usual answer with `count` headers of its own, "" where one of them is not usual."""
    each = range(count)
    pairs = "".join(f"(name{number}, value{number}), " for number in each)
    tests = [f"name{number} in plain and (value{number} in printable or (value{number} and value{number}.isprintable()))" for number in each]
    usual = " and ".join(tests) or "True"
    lines = "".join(f"{{name{number}}}: {{value{number}}}\\r\\n" for number in each)
    source = f"""def write(items, first, rest, length):
    {pairs or "()"} = items
    return f"{{first}}{lines}{{rest}}{{length}}\\r\\n\\r\\n" if {usual} else ""
"""
    space: dict[str, Any] = {"plain": PLAIN, "printable": PRINTABLE}
    exec(source, space)  # made of numbers and of the texts above: nothing of it comes from an application or a visitor
    return space["write"]  # type: ignore[no-any-return]  # what exec made


_HEADS = [_head_writer(count) for count in range(_MOST_LINES + 1)]
