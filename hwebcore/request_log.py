"""A site's log in a worker: the line of each finished request that HttpLoggingModule marked, into the site's LogWriter.

Knows no file name and no schedule: the worker hands over descriptors, and calls `writer.flush()` about once a second.
Look next at w3c_log.py (escaping, fields, writing) and modules/http_logging.py (what is logged).
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from time import perf_counter, time

from hwebcore.pipeline.context import Context
from hwebcore.w3c_log import MAX_FIELD_BYTES, LogWriter, escape, field_names

Value = Callable[[Context], str]
#: When a request ended: these lead a line and are the same for a whole second; and how long it took, which ends one.
_WHEN: Mapping[str, str] = {"date": "%Y-%m-%d", "time": "%H:%M:%S"}
_TAKEN = "time-taken"


class RequestLog:
    """`ApplicationHost.site_log`: called with a request whose response was sent whole."""

    def __init__(self, flags: Sequence[str] = ()) -> None:
        self.fields = field_names(flags)
        self.writer = LogWriter()
        self._values = tuple(_VALUES.get(name, _nothing) for name in self.fields if name not in _WHEN and name != _TAKEN)
        self._blanks = len(self._values) - 1
        self._when = [_WHEN[name] for name in self.fields if name in _WHEN]
        self._tells_taken = _TAKEN in self.fields
        self._second = -1
        self._moment: list[str] = []

    def __call__(self, context: Context) -> None:
        self.writer.write(self.line(context, time(), perf_counter() - context.start))

    def line(self, context: Context, finished: float, seconds: float) -> str:
        """The record. `finished`: seconds since the epoch; `seconds`: from the request's first byte to its answer's last."""
        second = int(finished)
        if second != self._second:
            when = datetime.fromtimestamp(second, UTC)
            self._second, self._moment = second, [when.strftime(form) for form in self._when]
        parts = [*self._moment]
        if self._values:
            parts.append(self._text([value(context) or "-" for value in self._values]))
        if self._tells_taken:
            parts.append(str(int(seconds * 1000)))
        return " ".join(parts) + "\n"

    def _text(self, values: list[str]) -> str:
        """The values as fields. Escaped one by one only where the whole shows that something needs it: few visitors send such things."""
        text = " ".join(values)
        if text.isascii() and text.isprintable() and text.count(" ") == self._blanks and len(text) <= MAX_FIELD_BYTES:
            return text
        return " ".join([escape(value) for value in values])


def _nothing(context: Context) -> str:
    """Of a field that this server does not know."""
    return ""


def _header(name: str) -> Value:
    def read(context: Context) -> str:
        values = context.request.headers.get_all(name)
        return _text("; ".join(values)) if values else ""

    return read


def _text(value: str) -> str:
    """A header's value as the text that its bytes spell in UTF-8, where they do."""
    if value.isascii():
        return value
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


#: ERROR_NETNAME_DELETED: the client went away.
_ABORTED = "64"
_VALUES: Mapping[str, Value] = {
    "s-sitename": lambda context: f"W3SVC{context.application.site_id}",
    "s-computername": lambda context: socket.gethostname(),
    "s-ip": lambda context: context.request.local_ip,
    "cs-method": lambda context: context.request.method,
    "cs-uri-stem": lambda context: context.request.path,
    "cs-uri-query": lambda context: context.request.query_string,
    "s-port": lambda context: str(context.request.local_port),
    "cs-username": lambda context: context.user.name if context.user is not None else "",
    "c-ip": lambda context: context.request.client_ip,
    "cs-version": lambda context: f"HTTP/{context.request.http_version}",
    "cs(User-Agent)": _header("User-Agent"),
    "cs(Cookie)": _header("Cookie"),
    "cs(Referer)": _header("Referer"),
    "cs-host": _header("Host"),
    "sc-status": lambda context: str(context.response.status),
    "sc-substatus": lambda context: str(context.response.substatus),
    "sc-win32-status": lambda context: _ABORTED if isinstance(context.error, ConnectionError) else "0",
    "sc-bytes": lambda context: str(context.response.bytes_sent),
}
