"""Dates as HTTP writes them (RFC 9110 5.6.7), without the mail package that would otherwise be loaded for them.

Knows no header. Reading is left to the library: dates come in forms that nobody writes any more.
"""

from __future__ import annotations

import time

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def format_date(seconds: int) -> str:
    """Seconds since the epoch as "Sun, 06 Nov 1994 08:49:37 GMT"."""
    when = time.gmtime(seconds)
    clock = f"{when.tm_hour:02d}:{when.tm_min:02d}:{when.tm_sec:02d}"
    return f"{_DAYS[when.tm_wday]}, {when.tm_mday:02d} {_MONTHS[when.tm_mon]} {when.tm_year:04d} {clock} GMT"
