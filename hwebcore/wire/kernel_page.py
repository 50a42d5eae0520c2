"""The pages that answer what meets no pipeline: HTTP.sys's part (rt 1.2). The connection closes after each.

Knows no configuration. protocol.py and the front send these and write HTTPERR.
"""

from __future__ import annotations

from hwebcore.markup import escape_markup
from hwebcore.wire.gate import Refusal
from hwebcore.wire.heads import SERVER_NAME, http_date, status_line


def kernel_page(refusal: Refusal, *, head_only: bool = False) -> bytes:
    """The whole response."""
    title, text = escape_markup(refusal.title), escape_markup(refusal.text)
    body = (
        '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd">\r\n'
        f"<HTML><HEAD><TITLE>{title}</TITLE>\r\n"
        '<META HTTP-EQUIV="Content-Type" Content="text/html; charset=us-ascii"></HEAD>\r\n'
        f"<BODY><h2>{title}</h2>\r\n<hr><p>HTTP Error {refusal.status}. {text}</p>\r\n</BODY></HTML>\r\n"
    ).encode("ascii", "replace")
    head = (
        f"{status_line(refusal.status)}Content-Type: text/html; charset=us-ascii\r\nServer: {SERVER_NAME}\r\nDate: {http_date()}\r\n"
        f"Connection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode("latin-1")
    return head if head_only else head + body
