"""A site's log in a worker: the line of each finished request that HttpLoggingModule marked, into the site's LogWriter.

Knows no file name and no schedule: the worker hands over descriptors, and calls `writer.flush()` about once a second.
Look next at w3c_log.py (escaping, fields, writing) and modules/http_logging.py (what is logged).
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping, Sequence
from time import gmtime, strftime

from hwebcore.configuration_failure import win32_status
from hwebcore.pipeline.context import ANONYMOUS, Context
from hwebcore.w3c_log import BATCH_LINES, LogWriter, escape, field_names

#: When a request ended: these lead a line and are the same for a whole second.
_WHEN: Mapping[str, str] = {"date": "%Y-%m-%d", "time": "%H:%M:%S"}


class RequestLog:
    """`record` is `ApplicationHost.site_log`: called with a request whose response was sent whole."""

    def __init__(self, flags: Sequence[str] = ()) -> None:
        self.fields = field_names(flags)
        self.writer = LogWriter()
        # In IIS's order: when, what was asked for and by whom, what was answered, how long it took.
        self._asked = _reader([name for name in self.fields if name in _ASKED])
        answered = [name for name in self.fields if name not in _WHEN and name not in _ASKED]
        self._answered = _answer_writer(answered)
        self._when = [_WHEN[name] for name in self.fields if name in _WHEN]
        self._sized = "sc-bytes" in answered
        self._second = -1.0
        self._moment = ""
        #: The same second by perf_counter, and what stands for it and this log in lines that are kept.
        self._begins = self._ends = 0.0
        self._now = object()

    def record(self, context: Context) -> None:
        """Write its line; that of the plain answer before, where all that it tells is the same."""
        end, request, response = context.end, context.request, context.response
        if request.shared and response.status is _WELL and end - context.start < 0.001 and self._begins <= end < self._ends:
            now, user, size, line = request.described.line  # type: ignore[union-attr]  # who shares a request describes it
            if (
                now is self._now and user is context.user and not response.substatus and context.error is None
                and (size is None or size == response.bytes_sent)
            ):  # fmt: skip
                lines = self.writer.lines
                lines.append(line)
                if len(lines) >= BATCH_LINES:
                    self.writer.flush()
                return
        self.writer.write(self._new_line(context))

    def _new_line(self, context: Context) -> str:
        """Kept for those that repeat it, where it is a plain answer's to nobody in particular, and told no time."""
        seconds = context.end - context.start
        finished, second = context.wall + seconds, self._second
        line = self.line(context, finished, seconds)
        if self._second != second or not self._begins <= context.end < self._ends:
            self._begins = context.end - (finished - self._second)
            self._ends, self._now = self._begins + 1.0, object()
        request, response, user = context.request, context.response, context.user
        plain = response.status is _WELL and not response.substatus and context.error is None and (user is ANONYMOUS or user is None)
        if plain and seconds < 0.001 and request.shared and request.described is not None:
            request.described.line = (self._now, user, response.bytes_sent if self._sized else None, line)
        return line

    def line(self, context: Context, finished: float, seconds: float) -> str:
        """The record. `finished`: seconds since the epoch; `seconds`: from the request's first byte to its answer's last."""
        if not 0.0 <= finished - self._second < 1.0:
            self._begin_second(int(finished))
        request, user = context.request, context.user
        log, name, text = request.described.logged if request.shared and request.described is not None else _NOTHING
        if log is not self or name != (None if user is None else user.name):
            text = self._note(context)
        return self._answered(context, seconds, self._moment, text)

    def _begin_second(self, second: int) -> None:
        when = gmtime(second)
        self._second, self._moment = float(second), "".join(strftime(form, when) + " " for form in self._when)

    def _note(self, context: Context) -> str:
        """What was asked for and by whom: of a request that repeats a head, as the same user, it is the text of the one before."""
        request, user = context.request, context.user
        text = "".join(escape(value) + " " for value in self._asked(context))
        if request.shared and request.described is not None:
            request.described.logged = (self, None if user is None else user.name, text)
        return text


_NOTHING = (None, None, "")
_WELL = 200


def _header(context: Context, name: str) -> str:
    return header_text(context.request.headers.get_all(name))


def header_text(values: Sequence[str]) -> str:
    """A header's values as the text that their bytes spell in UTF-8, where they do."""
    value = values[0] if len(values) == 1 else "; ".join(values)
    if value.isascii():
        return value
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def _received(context: Context) -> int:
    """The octets of the request: its head as it is usually written, and what was read of its body."""
    request = context.request
    fields = sum(len(name) + len(value) + 4 for name, value in request.headers.items)
    return len(request.method) + len(request.raw_url) + 14 + fields + getattr(request.body, "received", 0)


#: ERROR_NETNAME_DELETED: the client went away.
_ABORTED = "64"
#: Field -> what is read for it, as an expression: `_reader` makes one function of those that a log has.
_ASKED: Mapping[str, str] = {
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
}
#: Field -> the same of what was answered: numbers all, which need no escaping.
_ANSWERED: Mapping[str, str] = {
    "sc-status": "digits[response.status] if 0 <= response.status < 1000 else response.status",
    "sc-substatus": "digits[response.substatus] if 0 <= response.substatus < 1000 else response.substatus",
    "sc-win32-status": (
        "digits[0] if context.error is None and response.substatus != 19 else aborted if isinstance(context.error, ConnectionError) "
        "else 0 if response.substatus != 19 else win32_status(context.settings, response.failure)"
    ),
    "sc-bytes": "response.bytes_sent",
    "cs-bytes": "received(context)",
    "time-taken": "digits[0] if seconds < 0.001 else int(seconds * 1000)",
}
#: The same of a plain 200.
_SUCCESS: Mapping[str, str] = {"sc-status": "200", "sc-substatus": "0", "sc-win32-status": "0"}


def _reader(names: Sequence[str]) -> Callable[[Context], tuple[str, ...]]:
    """A function that reads the fields `names` of a request; what has no value is "-". The source is ours alone."""
    values = "".join(f"{_ASKED[name]}, " for name in names)
    source = f"def read(context):\n request = context.request\n return ({values})"
    space = {"header": _header, "gethostname": socket.gethostname}
    exec(source, space)  # nothing of it comes from a configuration or a visitor
    return space["read"]  # type: ignore[return-value]  # what exec made


def _answer_writer(names: Sequence[str]) -> Callable[[Context, float, str, str], str]:
    """A function that writes a line: what is given to it (with a blank at its end), then the fields `names` of an answer, with blanks
    between them; a field that is not kept is "-". What a plain 200 says of itself stands in the text."""
    said = [f"{{{_ANSWERED[name]}}}" if name in _ANSWERED else "-" for name in names]
    usual = [_SUCCESS.get(name, text) for name, text in zip(names, said, strict=True)]
    space = {"aborted": _ABORTED, "win32_status": win32_status, "received": _received, "digits": [str(number) for number in range(1000)]}
    text = "f'{moment}{asked}'.rstrip() + '\\n'"
    if names:
        plain = "response.status == 200 and response.substatus == 0 and context.error is None"
        text = f"f'{{moment}}{{asked}}{' '.join(usual)}\\n' if {plain} else f'{{moment}}{{asked}}{' '.join(said)}\\n'"
    exec(f"def write(context, seconds, moment, asked):\n response = context.response\n return {text}", space)  # as in _reader
    return space["write"]  # type: ignore[return-value]  # what exec made
