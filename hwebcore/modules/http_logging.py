"""HttpLoggingModule: decides in SEND_RESPONSE whether a request is logged, and what the site's log says of it.

Knows no file: the line is written after the request's end, when its length and time are known, by whoever holds the site's LogWriter.
Look next at w3c_log.py (escaping, fields, the writer).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hwebcore import w3c_log
from hwebcore.pipeline.context import Context
from hwebcore.pipeline.contract import Notification, StepResult, Subscription
from hwebcore.plan import ScopeSettings

if TYPE_CHECKING:
    from hwebcore.pipeline.host import ApplicationHost

#: In `context.items`: the request is to be logged.
LOGGED = "hwebcore.http_logging"


class HttpLogging:
    def __init__(self, settings: ScopeSettings, host: ApplicationHost) -> None:
        self.idle_reason = "httpLogging dontLog is true"
        self._settings = settings.http_logging

    def subscriptions(self) -> tuple[Subscription, ...]:
        if self._settings.dont_log:
            return ()
        return (Subscription(Notification.SEND_RESPONSE, self.mark),)

    def mark(self, context: Context) -> StepResult:
        if context.parent is not None:  # the client asked once: one line
            return None
        selective = self._settings.selective
        if selective == "LogAll" or (context.response.status >= 400) == (selective == "LogError"):
            context.items[LOGGED] = True
        return None


def is_logged(context: Context) -> bool:
    return LOGGED in context.items


def line(context: Context, fields: Sequence[str], finished: float, seconds: float, bytes_received: int = 0) -> str:
    """The record of a finished request. `finished`: seconds since the epoch; `seconds`: from its first byte to its last."""
    request, response = context.request, context.response
    when = datetime.fromtimestamp(finished, UTC)
    application = context.application
    aborted = isinstance(context.error, ConnectionError)
    values: dict[str, object] = {
        "date": f"{when:%Y-%m-%d}",
        "time": f"{when:%H:%M:%S}",
        "s-sitename": f"W3SVC{application.site_id}" if application is not None else "",
        "s-ip": request.local_ip,
        "cs-method": request.method,
        "cs-uri-stem": request.path,
        "cs-uri-query": request.query_string,
        "s-port": request.local_port,
        "cs-username": context.user.name if context.user is not None else "",
        "c-ip": request.client_ip,
        "cs-version": request.http_version,
        "cs(User-Agent)": _text(request.headers.get("User-Agent")),
        "cs(Cookie)": _text("; ".join(request.headers.get_all("Cookie"))) if "cs(Cookie)" in fields else "",
        "cs(Referer)": _text(request.headers.get("Referer")),
        "cs-host": _text(request.headers.get("Host")),
        "sc-status": response.status,
        "sc-substatus": response.substatus,
        "sc-win32-status": 64 if aborted else 0,
        "sc-bytes": response.bytes_sent,
        "cs-bytes": bytes_received,
        "time-taken": int(seconds * 1000),
    }
    return w3c_log.line(fields, values)


def _text(value: str) -> str:
    """A header's value as the text that its bytes spell in UTF-8, where they do."""
    if value.isascii():
        return value
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value
