"""HttpLoggingModule: decides in SEND_RESPONSE whether a request gets a line in its site's log.

Knows no file and no field: the line is written when the response was sent, and its length and time are known.
Look next at request_log.py (the line) and w3c_log.py (escaping, the writer).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hwebcore.pipeline.context import Context
from hwebcore.pipeline.contract import Notification, StepResult, Subscription
from hwebcore.plan import ScopeSettings

if TYPE_CHECKING:
    from hwebcore.pipeline.host import ApplicationHost


class HttpLogging:
    def __init__(self, settings: ScopeSettings, host: ApplicationHost) -> None:
        self.idle_reason = "httpLogging dontLog is true"
        self._settings = settings.http_logging
        self._all = self._settings.selective == "LogAll"
        self._host = host

    def subscriptions(self) -> tuple[Subscription, ...]:
        if self._settings.dont_log:
            return ()
        if self._all or self._host.shadow:
            return (Subscription(Notification.SEND_RESPONSE, self.mark, needs=(), logged=not self._host.shadow),)
        return (Subscription(Notification.SEND_RESPONSE, self.mark),)

    def mark(self, context: Context) -> StepResult:
        log, asked = self._host.site_log, not (self._all or self._host.shadow)
        if asked and log is not None and (context.response.status >= 400) == (self._settings.selective == "LogError"):
            context.on_sent(log)
        return None
