"""The response as managed code sees it: the native response itself in Integrated, ASP.NET's own in Classic.

Knows where it writes to and nothing of who writes. How ASP.NET's response reaches the native one says classic_request.py.
Look next at context.py.
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterable, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Protocol

from hwebcore.managed.request import HeaderView, IntegratedModeRequired
from hwebcore.pipeline.context import PRINTABLE, Filter, Response, check_header

if TYPE_CHECKING:
    from hwebcore.pipeline.context import Context


class ClassicRun(Protocol):
    """Whose response it is in Classic, while ASP.NET's list runs."""

    def flush(self) -> Awaitable[None] | None:
        """Send what is buffered: head first, once. None when all was taken, else wait."""
        ...

    def part(self) -> None:
        """From here on ASP.NET's response is one of its own."""
        ...


#: Names of headers that were appended before: checked, and none of the wire's.
_usual: set[str] = set()
_MOST_USUAL = 1024
_PHRASES = {status.value: status.phrase for status in HTTPStatus}
#: The connection is the server's: an application has no say in these (PEP 3333, RFC 9110 7.6.1).
HOP_BY_HOP = frozenset({"connection", "keep-alive", "proxy-authenticate", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"})


def head_lines(headers: Iterable[tuple[str, str]]) -> tuple[list[tuple[str, str]], int | None]:
    """Of the headers that an application gives: the lines, checked, and the length that it declares. Raises ValueError for what must
    never leave."""
    lines: list[tuple[str, str]] = []
    length = None
    for name, value in headers:
        if name in _lines and value.isprintable():
            lines.append((name, value))
            continue
        lowered = name.lower()
        if lowered == "content-length":
            length = _length(value)
        elif lowered not in HOP_BY_HOP:
            check_header(name, value)
            if lowered == "content-type":
                lines = [line for line in lines if line[0].lower() != lowered]  # the last one holds
            elif len(_lines) < _MOST_USUAL:
                _lines.add(name)
            lines.append((name, value))
    return lines, length


def reason_phrase(status: int, reason: str) -> str:
    """ "" for the standard one. Raises ValueError for what must never leave."""
    if not reason or reason == _PHRASES.get(status):
        return ""
    check_header("reason", reason)
    return reason


#: Names in applications' heads that were checked before and stand for a line each.
_lines: set[str] = set()


class ManagedResponse:
    """Buffered until a streaming handler flushes it or the pipeline ends; then headers are frozen."""

    __slots__ = ("_integrated", "_native", "store")

    def __init__(self, native: Context, store: Response, integrated: bool) -> None:
        # Not the facade: that holds this, and a cycle would leave every request to the garbage collector.
        self._native = native
        self._integrated = integrated
        #: The pipeline's own response object behind this one.
        self.store = store

    @property
    def status(self) -> int:
        return self.store.status

    @status.setter
    def status(self, status: int) -> None:
        self._check_headers()
        if not isinstance(status, int) or not 200 <= status <= 999:  # 1xx is no answer: the client would go on waiting for one
            raise ValueError(f"{status!r} is no status of a response")
        self.store.status = status
        self.store.substatus = 0
        self.store.reason_phrase = ""
        if self._integrated:
            self.store.set_by = self._native.step

    @property
    def sub_status(self) -> int:
        if not self._integrated:
            raise IntegratedModeRequired("response.sub_status")
        return self.store.substatus

    @sub_status.setter
    def sub_status(self, substatus: int) -> None:
        if not self._integrated:
            raise IntegratedModeRequired("response.sub_status")
        self._check_headers()
        self.store.substatus = substatus

    @property
    def content_type(self) -> str:
        return self.store.headers.get("Content-Type")

    @content_type.setter
    def content_type(self, value: str | None) -> None:
        store = self.store
        if not store.headers.items and (value in PRINTABLE or (value and value.isprintable())) and not store.sent_headers:
            store.headers.items.append(("Content-Type", value))
            return
        self._check_headers()
        if value:
            store.headers.set("Content-Type", value)
        else:
            store.headers.remove("Content-Type")

    @property
    def headers(self) -> HeaderView:
        if not self._integrated:
            raise IntegratedModeRequired("response.headers")
        return HeaderView(self.store.headers, not self.store.sent_headers, "changing response.headers before they are sent")

    @property
    def headers_sent(self) -> bool:
        return self.store.sent_headers

    @property
    def try_skip_iis_custom_errors(self) -> bool:
        return self.store.suppress_custom_errors

    @try_skip_iis_custom_errors.setter
    def try_skip_iis_custom_errors(self, skip: bool) -> None:
        self.store.suppress_custom_errors = skip

    def append_header(self, name: str, value: str) -> None:
        """Raises ValueError for what must never leave (CR, LF, NUL), RuntimeError once headers are sent."""
        store = self.store
        if name in _usual and value.isprintable() and not store.sent_headers:
            store.headers.items.append((name, value))
            return
        self._check_headers()
        lowered = name.lower()
        if lowered == "content-length":
            store.content_length = _length(value)
        elif lowered == "content-type" and not self._integrated:
            store.headers.set(name, value)  # ASP.NET's response has one
        else:
            store.headers.append(name, value)
            if len(_usual) < _MOST_USUAL and lowered != "content-type":
                _usual.add(name)

    def write(self, data: str | bytes) -> None:
        """Text goes out as UTF-8."""
        if data:
            if type(data) is not bytes:
                data = data.encode() if isinstance(data, str) else bytes(memoryview(data))
            store = self.store
            store.body.append(data)
            store.buffered += len(data)

    def begin(self, status: int, reason: str, lines: Sequence[tuple[str, str]], length: int | None) -> None:
        """The head as a WSGI or ASGI application gives it; what modules appended before stays. Its answers are final.

        `length`: declared, the wire enforces it.
        """
        store = self.store
        if store.sent_headers or not 200 <= status <= 999:
            self.status = status  # says what is wrong
        store.status = status
        store.substatus = 0
        store.reason_phrase = reason
        if self._integrated:
            store.set_by = self._native.step
        store.suppress_custom_errors = True
        if length is not None:
            store.content_length = length
        if not store.headers.items:
            store.headers.items = list(lines)
            return
        for name, value in lines:
            if name.lower() == "content-type":
                store.headers.remove(name)
            store.headers.items.append((name, value))

    def replace_cookie(self, name: str, line: str) -> None:
        """One Set-Cookie line for `name`, whatever was set for it before in this response."""
        self._check_headers()
        headers = self.store.headers
        headers.items = [item for item in headers.items if not (item[0].lower() == "set-cookie" and item[1].startswith(name + "="))]
        headers.append("Set-Cookie", line)

    def clear(self) -> None:
        """Drop what is buffered of the body; headers stay. Raises RuntimeError once headers are sent."""
        self.store.clear()

    def redirect(self, url: str, *, permanent: bool = False, end: bool = True) -> None:
        """302 (301) to `url`, which the caller vouches for; `end` completes the request as ASP.NET's Redirect(url) does."""
        self.store.clear()
        self.status = 301 if permanent else 302
        self.store.headers.set("Location", _encoded(url))
        self.store.headers.set("Content-Type", "text/html; charset=utf-8")
        self.write(f'<html><head><title>Moved</title></head><body>Go on <a href="{_attribute(_encoded(url))}">here</a>.</body></html>')
        if end:
            self._native.managed.complete_request()

    def add_filter(self, made: Filter) -> None:
        """`made` has feed(data) -> bytes and finish() -> bytes. In Classic it sees this response only (rt 5.4)."""
        self._check_headers()
        run = self._classic
        if run is not None:
            run.part()
        self.store.filters.append(made)

    def flush(self) -> Awaitable[None] | None:
        """Send what is buffered now; headers are frozen from here on. Await what comes back where something does."""
        run = self._classic
        return self._native.flush() if run is None else run.flush()

    @property
    def _classic(self) -> ClassicRun | None:
        """None in Integrated, and when ASP.NET's list has ended."""
        managed = self._native.managed
        return None if managed is None else managed.classic

    def _check_headers(self) -> None:
        if self.store.sent_headers:
            raise RuntimeError("the response's headers are already sent")


def _length(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 19):
        raise ValueError(f"Content-Length {value!r} is no number")
    return int(value)


def _encoded(url: str) -> str:
    """`url` fit for a Location line: what is not ASCII, and blanks and controls, percent-encoded."""
    return "".join(char if "!" <= char <= "~" else "".join(f"%{byte:02X}" for byte in char.encode()) for char in url)


def _attribute(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;").replace("'", "&#39;")
