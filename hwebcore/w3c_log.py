"""The site log in W3C extended format: one record a line always, whatever a client sends; batches written at once.

Knows no pipeline: it is given values. The service opens and rolls the files; a worker writes to the descriptors it is handed.
Look next at request_log.py (the values of a request) and service/logs.py (who opens the files).
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

#: A field longer than this is cut, and ends in "..." (reliability.md C 20).
MAX_FIELD_BYTES = 4096
#: Characters that are written at once, at the latest, and lines.
BATCH_LENGTH = 64 * 1024
BATCH_LINES = 256
_CUT = "..."

#: logExtFileFlags → field, in the order in which IIS writes them (rt 8).
FIELDS: Mapping[str, str] = {
    "Date": "date",
    "Time": "time",
    "SiteName": "s-sitename",
    "ComputerName": "s-computername",
    "ServerIP": "s-ip",
    "Method": "cs-method",
    "UriStem": "cs-uri-stem",
    "UriQuery": "cs-uri-query",
    "ServerPort": "s-port",
    "UserName": "cs-username",
    "ClientIP": "c-ip",
    "ProtocolVersion": "cs-version",
    "UserAgent": "cs(User-Agent)",
    "Cookie": "cs(Cookie)",
    "Referer": "cs(Referer)",
    "Host": "cs-host",
    "HttpStatus": "sc-status",
    "HttpSubStatus": "sc-substatus",
    "Win32Status": "sc-win32-status",
    "BytesSent": "sc-bytes",
    "BytesRecv": "cs-bytes",
    "TimeTaken": "time-taken",
}
#: In a default log these are left out.
_NOT_DEFAULT = frozenset(("SiteName", "ComputerName", "BytesSent", "BytesRecv", "Cookie", "ProtocolVersion", "Host"))
_INVISIBLE = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp", "Zs"))


def field_names(flags: Sequence[str]) -> tuple[str, ...]:
    """The log's fields in IIS's order, from logExtFileFlags or from field names; IIS's default set where none are given."""
    wanted = frozenset(flags) or frozenset(FIELDS) - _NOT_DEFAULT
    return tuple(field for flag, field in FIELDS.items() if flag in wanted or field in wanted)


def header(fields: Sequence[str], now: datetime) -> str:
    """The directives at a file's beginning, and again where its fields change or the service starts anew."""
    from datetime import UTC  # the service's alone: a worker only writes lines

    return f"#Software: Poolhouse\n#Version: 1.0\n#Date: {now.astimezone(UTC):%Y-%m-%d %H:%M:%S}\n#Fields: {' '.join(fields)}\n"


def line(fields: Sequence[str], values: Mapping[str, object]) -> str:
    """One record with its end of line; a field without a value is "-"."""
    return " ".join([escape(values.get(field, "")) for field in fields]) + "\n"


def escape(value: object) -> str:
    """A value as one field: spaces are "+", and what is a control, changes the direction or shows nothing is %XX of its UTF-8 bytes."""
    text = str(value)
    if not text:
        return "-"
    if len(text) > MAX_FIELD_BYTES:
        text, cut = text[:MAX_FIELD_BYTES], True
    else:
        cut = False
    if not text.isprintable():
        text = "".join(letter if letter.isprintable() else _hidden(letter) for letter in text)
    text = text.replace(" ", "+")
    if not cut and len(text) * 4 <= MAX_FIELD_BYTES:
        return text
    encoded = text.encode()
    if not cut and len(encoded) <= MAX_FIELD_BYTES:
        return text
    return encoded[: MAX_FIELD_BYTES - len(_CUT)].decode("utf-8", "ignore") + _CUT


def _hidden(letter: str) -> str:
    if letter == " ":
        return letter
    if unicodedata.category(letter) not in _INVISIBLE:
        return letter
    return "".join(f"%{byte:02X}" for byte in letter.encode("utf-8", "surrogatepass"))


class LogWriter:
    """Collects lines and writes each batch with one write. A full disk costs records, never a request: they are counted.

    Lost records are told by a `#Remark` line once writing works again.
    """

    def __init__(self) -> None:
        self._descriptor = -1
        #: What waits, a whole line each. Who adds a line here by itself flushes at BATCH_LINES (request_log.py).
        self.lines: list[str] = []
        self._length = 0
        self._lost_now = 0
        self._torn = False
        #: Records lost since the start.
        self.lost = 0

    @property
    def waiting(self) -> int:
        return len(self.lines)

    def open(self, descriptor: int) -> None:
        """Write to `descriptor` (O_APPEND) from now on; it is the writer's to close. What waits goes to the former one."""
        self.close()
        self._descriptor = descriptor
        self._torn = False

    def write(self, record: str) -> None:
        """Take one whole line; write when a batch is full. Never raises."""
        self.lines.append(record)
        self._length += len(record)
        if self._length >= BATCH_LENGTH or len(self.lines) >= BATCH_LINES:
            self.flush()

    def take(self) -> list[str]:
        """The lines that wait; they are the caller's from here on."""
        lines = self.lines.copy()
        self.lines.clear()
        self._length = 0
        return lines

    def flush(self) -> bool:
        """Write what waits. False where it could not be written; it is counted as lost then."""
        if not self.lines:
            return True
        lines = self.take()
        batch = "".join(lines).encode("utf-8", "backslashreplace")
        if self._lost_now:
            batch = b"#Remark: %d records before this were lost\n" % self._lost_now + batch
        if self._torn:
            batch = b"\n" + batch
        try:
            written = os.write(self._descriptor, batch)
        except OSError:  # no descriptor, full disk, closed pipe: the request that is logged goes on
            self._lose(len(lines))
            return False
        if written < len(batch):
            self._torn = batch[written - 1 : written] != b"\n"
            self._lose(len(lines) - batch[:written].count(b"\n"))
            return False
        self._torn = False
        self._lost_now = 0
        return True

    def close(self) -> None:
        if self._descriptor >= 0:
            self.flush()
            os.close(self._descriptor)
            self._descriptor = -1

    def _lose(self, records: int) -> None:
        self.lost += max(records, 1)
        self._lost_now += max(records, 1)
