"""A site's log in a worker: the line of each finished request that HttpLoggingModule marked, into the site's LogWriter.

Knows no file name and no schedule: the worker hands over descriptors, and calls `writer.flush()` about once a second.
Look next at w3c_log.py (escaping, fields, writing) and modules/http_logging.py (what is logged).
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping, Sequence
from time import gmtime, perf_counter, strftime, time

from hwebcore.pipeline.context import Context
from hwebcore.w3c_log import LogWriter, field_names, line

Value = Callable[[Context], object]


class RequestLog:
    """`ApplicationHost.site_log`: called with a request whose response was sent whole."""

    def __init__(self, flags: Sequence[str] = ()) -> None:
        self.fields = field_names(flags)
        self.writer = LogWriter()
        self._values = tuple((name, _VALUES[name]) for name in self.fields if name in _VALUES)
        self._second = -1
        self._date = self._clock = ""

    def __call__(self, context: Context) -> None:
        self.writer.write(self.line(context, time(), perf_counter() - context.start))

    def line(self, context: Context, finished: float, seconds: float) -> str:
        """The record. `finished`: seconds since the epoch; `seconds`: from the request's first byte to its answer's last."""
        second = int(finished)
        if second != self._second:  # formatted once a second, not once a request
            when = gmtime(second)
            self._second, self._date, self._clock = second, strftime("%Y-%m-%d", when), strftime("%H:%M:%S", when)
        values: dict[str, object] = {name: value(context) for name, value in self._values}
        values["date"] = self._date
        values["time"] = self._clock
        values["time-taken"] = int(seconds * 1000)
        return line(self.fields, values)


def _header(name: str) -> Value:
    def read(context: Context) -> str:
        return _text("; ".join(context.request.headers.get_all(name)))

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
_ABORTED = 64
_VALUES: Mapping[str, Value] = {
    "s-sitename": lambda context: f"W3SVC{context.application.site_id}",
    "s-computername": lambda context: socket.gethostname(),
    "s-ip": lambda context: context.request.local_ip,
    "cs-method": lambda context: context.request.method,
    "cs-uri-stem": lambda context: context.request.path,
    "cs-uri-query": lambda context: context.request.query_string,
    "s-port": lambda context: context.request.local_port,
    "cs-username": lambda context: context.user.name if context.user is not None else "",
    "c-ip": lambda context: context.request.client_ip,
    "cs-version": lambda context: f"HTTP/{context.request.http_version}",
    "cs(User-Agent)": _header("User-Agent"),
    "cs(Cookie)": _header("Cookie"),
    "cs(Referer)": _header("Referer"),
    "cs-host": _header("Host"),
    "sc-status": lambda context: context.response.status,
    "sc-substatus": lambda context: context.response.substatus,
    "sc-win32-status": lambda context: _ABORTED if isinstance(context.error, ConnectionError) else 0,
    "sc-bytes": lambda context: context.response.bytes_sent,
}
