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

#: When a request ended: these lead a line and are the same for a whole second; and how long it took, which ends one.
_WHEN: Mapping[str, str] = {"date": "%Y-%m-%d", "time": "%H:%M:%S"}
_TAKEN = "time-taken"


class RequestLog:
    """`ApplicationHost.site_log`: called with a request whose response was sent whole."""

    def __init__(self, flags: Sequence[str] = ()) -> None:
        self.fields = field_names(flags)
        self.writer = LogWriter()
        names = [name for name in self.fields if name not in _WHEN and name != _TAKEN]
        self._values = _reader(names)
        self._blanks = len(self.fields) - 1
        self._when = [_WHEN[name] for name in self.fields if name in _WHEN]
        self._tells_taken = _TAKEN in self.fields
        self._second = -1
        self._moment: tuple[str, ...] = ()

    def __call__(self, context: Context) -> None:
        self.writer.write(self.line(context, time(), perf_counter() - context.start))

    def line(self, context: Context, finished: float, seconds: float) -> str:
        """The record. `finished`: seconds since the epoch; `seconds`: from the request's first byte to its answer's last."""
        second = int(finished)
        if second != self._second:
            when = datetime.fromtimestamp(second, UTC)
            self._second, self._moment = second, tuple(when.strftime(form) for form in self._when)
        taken = (str(int(seconds * 1000)),) if self._tells_taken else ()
        values = self._values(context)
        text = " ".join((*self._moment, *values, *taken))
        # Few visitors send what needs escaping, and the whole line shows whether this one did.
        if not (text.isascii() and text.isprintable() and text.count(" ") == self._blanks and len(text) <= MAX_FIELD_BYTES):
            text = " ".join((*self._moment, *map(escape, values), *taken))
        return text + "\n"


def _header(context: Context, name: str) -> str:
    values = context.request.headers.get_all(name)
    # Most browsers' names hold blanks: written as w3c_log.escape does, they need no closer look.
    return _text("; ".join(values)).replace(" ", "+") if values else ""


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
#: Field -> what is read for it, as an expression: `_reader` makes one function of those that a log has.
_VALUES: Mapping[str, str] = {
    "s-sitename": "f'W3SVC{context.application.site_id}'",
    "s-computername": "gethostname()",
    "s-ip": "request.local_ip",
    "cs-method": "request.method",
    "cs-uri-stem": "request.path",
    "cs-uri-query": "request.query_string",
    "s-port": "str(request.local_port)",
    "cs-username": "'' if context.user is None else str(context.user.name)",
    "c-ip": "request.client_ip",
    "cs-version": "f'HTTP/{request.http_version}'",
    "cs(User-Agent)": "header(context, 'user-agent')",
    "cs(Cookie)": "header(context, 'cookie')",
    "cs(Referer)": "header(context, 'referer')",
    "cs-host": "header(context, 'host')",
    "sc-status": "str(response.status)",
    "sc-substatus": "str(response.substatus)",
    "sc-win32-status": "aborted if isinstance(context.error, ConnectionError) else '0'",
    "sc-bytes": "str(response.bytes_sent)",
}


def _reader(names: Sequence[str]) -> Callable[[Context], tuple[str, ...]]:
    """A function that reads the fields `names` of a request; what has no value is "-". The source is ours alone."""
    values = "".join(f"({_VALUES[name]}) or '-', " if name in _VALUES else "'-', " for name in names)
    source = f"def read(context):\n request, response = context.request, context.response\n return ({values})"
    space = {"header": _header, "gethostname": socket.gethostname, "aborted": _ABORTED}
    exec(source, space)  # nothing of it comes from a configuration or a visitor
    return space["read"]  # type: ignore[return-value]
