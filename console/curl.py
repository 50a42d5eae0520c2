"""A captured request as a curl command for a POSIX shell: what a paste does is what it says, and what is secret is masked. Text only.

Knows no widget and no service. Only visible ASCII leaves here: nothing can hide in a pasted line, or act in a terminal.
"""

from __future__ import annotations

import urllib.parse

from console.captured import Message
from console.masking import MASKED, masked_url

#: What curl says by itself: left out where the request did not say it.
_CURLS_OWN = ("User-Agent", "Accept")
#: curl's own business: the connection, and how long the body is.
_MADE_ANEW = frozenset({"host", "content-length", "transfer-encoding", "connection", "keep-alive", "expect"})


def command(message: Message, url: str) -> str:
    """`url`: the whole address as the client would have typed it. Its secrets are masked too."""
    method = message.first.partition(" ")[0]
    words = ["curl", "-i", *_switches(message.first, url)]
    if method == "HEAD":
        words.append("--head")
    elif method != ("POST" if message.body else "GET"):
        words += ["-X", quoted(method)]
    for name, value in _headers(message, urllib.parse.urlsplit(url).netloc):
        words += ["-H", _word(f"{name}: {value}" if value else f"{name};")]
    words += [part for name in _unsaid(message) for part in ("-H", quoted(f"{name}:"))]
    before = ""
    if message.body:
        body = None if message.value("content-encoding") else message.shown_body()
        if body is None:
            body = MASKED  # nobody could say what is in it
        if body.isascii() and body.isprintable():
            words += ["--data-raw", quoted(body)]
        else:
            before = f"printf {_printf(body)} | "
            words += ["--data-binary", "@-"]
    return f"{before}{' '.join([*words, _address(masked_url(url))])}"


def _switches(first: str, url: str) -> list[str]:
    found = ["--http1.0"] if first.endswith(" HTTP/1.0") else []
    if any(letter in url for letter in "[]{}"):
        found.append("--globoff")
    if "/." in url:
        found.append("--path-as-is")
    return found + (["--request-target", quoted("*")] if " * " in first else [])


def _headers(message: Message, netloc: str) -> list[tuple[str, str]]:
    host = [("Host", message.value("host"))] if message.value("host") not in ("", netloc) else []
    return host + [header for header in message.shown_headers if header[0].casefold() not in _MADE_ANEW]


def _unsaid(message: Message) -> list[str]:
    """Headers that curl would add."""
    own = (*_CURLS_OWN, "Content-Type") if message.body else _CURLS_OWN
    said = {name.casefold() for name, _ in message.headers}
    return [name for name in own if name.casefold() not in said]


def quoted(text: str) -> str:
    """One word of visible ASCII."""
    return "'" + text.replace("'", "'\\''") + "'"


def _word(text: str) -> str:
    """One word, whatever it holds."""
    return quoted(text) if text.isascii() and text.isprintable() else f'"$(printf {_printf(text)})"'


def _address(url: str) -> str:
    """What is no visible ASCII is percent-encoded."""
    return quoted("".join(c if "!" <= c <= "~" else urllib.parse.quote(c, errors="replace" if c > "\ud7ff" else "strict") for c in url))


#: What a shell may see as something else, even within quotes (bash takes ! for history between double ones).
_MEANT = frozenset(b"\"'!`$\\%")


def _printf(text: str) -> str:
    """printf's own word for bytes of any kind (POSIX: octal in its format)."""
    data = text.encode("utf-8", "surrogateescape")
    return "'" + "".join(chr(byte) if 0x20 <= byte <= 0x7E and byte not in _MEANT else f"\\{byte:03o}" for byte in data) + "'"
