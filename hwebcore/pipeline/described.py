"""A request as records and logs tell of it: made once for all requests of a connection that repeat a head.

Knows no context. Look next at tracing.py and request_log.py, which keep here what they wrote last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hwebcore.records import flight_told

if TYPE_CHECKING:
    from hwebcore.pipeline.context import User
    from hwebcore.pipeline.sequence import Sequence


class Described:
    """Method, client and URL as records hold them, and what was said of them last: one for all requests that repeat a head."""

    __slots__ = ("anonymous", "client", "flight", "line", "logged", "method", "port", "told", "url")

    def __init__(self, method: str, client: str, port: int, url: str) -> None:
        self.method = method.encode()
        self.client = client.encode()
        self.port = port
        self.url = url.encode("utf-8", "replace")
        self.flight = flight_told(self.method, self.client, port, self.url)
        #: Of what a record's part that repeats was made, and that part; kept by tracing.py.
        self.told: tuple[Sequence | None, Any, Any, Any, bytes] = (None, None, None, None, b"")
        #: The sequence, ASP.NET's own user in Classic, and that part, where nobody was signed in.
        self.anonymous: tuple[Sequence | None, User | None, bytes] = (None, None, b"")
        #: Which log, the user's name, and the text; kept by request_log.py.
        self.logged: tuple[Any, Any, str] = (None, None, "")
        #: The line of the last plain answer, where nobody was signed in: which log and second, the user, and the length where it tells one;
        #: kept by request_log.py.
        self.line: tuple[Any, Any, int | None, str] = (None, None, None, "")
