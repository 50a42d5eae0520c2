"""ProtocolSupportModule: the headers that httpProtocol adds to every response, redirects' own, and keep-alive.

Knows no handler; OPTIONS and TRACE are answered by handlers/protocol_support.py under the same IIS name.
Look next at custom_error.py, which runs after it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hwebcore.pipeline.context import Context, Headers, check_header
from hwebcore.pipeline.contract import Notification, Outcome, StepResult, Subscription
from hwebcore.plan import ScopeSettings

if TYPE_CHECKING:
    from hwebcore.pipeline.host import ApplicationHost

#: Names that a client may see only once: a configured value joins the application's (rt 10.7).
_JOINED = frozenset(("cache-control", "content-type"))
_REDIRECTS = frozenset((301, 302, 303, 307, 308))


class ProtocolSupport:
    def __init__(self, settings: ScopeSettings, host: ApplicationHost) -> None:
        protocol = settings.http_protocol
        self._keep_alive = protocol.allow_keep_alive
        self._source = protocol.source
        self._bad = ""
        custom = self._usable(protocol.custom_headers)
        self._plain = tuple(header for header in custom if header[0].lower() not in _JOINED)
        self._joined = tuple(header for header in custom if header[0].lower() in _JOINED)
        self._redirect = self._usable(protocol.redirect_headers)

    def subscriptions(self) -> tuple[Subscription, ...]:
        plain = self._keep_alive and not (self._bad or self._joined or self._redirect)
        return (Subscription(Notification.SEND_RESPONSE, self.add_plain if plain else self.add_headers),)

    def add_plain(self, context: Context) -> StepResult:
        """Where nothing else is asked for."""
        context.response.headers.items += self._plain  # checked when the module was made
        return None

    def add_headers(self, context: Context) -> StepResult:
        response = context.response
        if self._bad and not response.sent_headers:
            return self._refuse(context)
        self.add_plain(context)
        for name, value in self._joined:
            _join(response.headers, name, value)
        if response.status in _REDIRECTS:
            for name, value in self._redirect:
                _join(response.headers, name, value)
        if not self._keep_alive:
            response.headers.set("Connection", "close")
        return None

    def _usable(self, headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        """The headers with a value, in ISO-8859-1; the first that may never be sent is remembered in `_bad`."""
        usable = []
        for name, value in headers:
            if not value:  # rt 10.7: not sent
                continue
            text = value.encode("latin-1", "replace").decode("latin-1")
            try:
                check_header(name, text)
            except ValueError as error:
                self._bad = self._bad or str(error)
                continue
            usable.append((name, text))
        return tuple(usable)

    def _refuse(self, context: Context) -> Outcome:
        """A header that would split the response: the response does not leave (reliability.md C 8)."""
        context.response.clear()
        context.response.headers = Headers()
        return context.fail(500, 0, f"httpProtocol cannot be sent: {self._bad}", self._source)


def _join(headers: Headers, name: str, value: str) -> None:
    if name.lower() in _JOINED:
        present = headers.get(name)
        headers.set(name, f"{present},{value}" if present else value)
    else:
        headers.items.append((name, value))
