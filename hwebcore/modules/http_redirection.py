"""HttpRedirectionModule: another address instead of what was asked for, at MAP_REQUEST_HANDLER (rt 4.1).

Knows no file and no handler: what is redirected need not exist. Look next at hwebcore/redirects.py (wildcards).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from hwebcore.markup import escape
from hwebcore.pipeline.context import Context, Request
from hwebcore.pipeline.contract import Notification, Outcome, StepResult, Subscription
from hwebcore.plan import Redirect, ScopeSettings
from hwebcore.redirects import fitting

if TYPE_CHECKING:
    from hwebcore.pipeline.host import ApplicationHost

#: IIS's own words where they are not the usual ones.
_PHRASES = {302: "Redirect", 307: "Redirect", 308: "Redirected Permanently"}
_VARIABLE = re.compile(r"\$([SPQV0-9])")
_PATH_SAFE = "/!$&'()*+,;=:@-._~"
#: What a query may hold, and `%` as it came.
_QUERY_SAFE = _PATH_SAFE + '?%[]{}|^`\\"'


class HttpRedirection:
    def __init__(self, settings: ScopeSettings, host: ApplicationHost) -> None:
        self._settings = settings.http_redirect
        self.idle_reason = "no redirection is enabled"

    def subscriptions(self) -> tuple[Subscription, ...]:
        if not self._settings.redirects:
            return ()
        return (Subscription(Notification.MAP_REQUEST_HANDLER, self.redirect),)

    def redirect(self, context: Context) -> StepResult:
        request = context.request
        for redirect in self._settings.redirects:
            matched = fitting(redirect.wildcard, request.path) if redirect.wildcard else []
            if matched is not None:
                return self._to(context, redirect, matched)
        return None

    def _to(self, context: Context, redirect: Redirect, matched: list[str]) -> Outcome | None:
        settings, request, response = self._settings, context.request, context.response
        suffix = _suffix(redirect.base, request.path)
        if settings.child_only and suffix.rfind("/") > 0:
            return Outcome("CONTINUE", "not in this folder itself", redirect.source)
        location = self._location(redirect, request, suffix, matched)
        context.set_status(settings.status)
        response.clear()
        response.reason_phrase = _PHRASES.get(settings.status, "")
        response.headers.set("Location", location)
        response.headers.set("Content-Type", "text/html; charset=UTF-8")
        response.write(f'<!doctype html><title>Moved</title><p>This is found <a href="{escape(location)}">elsewhere</a>.</p>'.encode())
        return Outcome("FINISH_REQUEST", f"redirected to {redirect.destination}", redirect.source, None, settings.status, 0)

    def _location(self, redirect: Redirect, request: Request, suffix: str, matched: list[str]) -> str:
        query = quote(request.query_string, safe=_QUERY_SAFE)
        values = {"S": quote(suffix, safe=_PATH_SAFE), "P": query, "Q": query and f"?{query}", "V": quote(request.path, safe=_PATH_SAFE)}
        values |= {str(number): quote(text, safe=_PATH_SAFE) for number, text in enumerate(matched[:10])}
        made = _VARIABLE.sub(lambda found: values.get(found[1], ""), redirect.destination)
        if self._settings.exact:
            return made
        return f"{made.rstrip('/')}{values['S']}{values['Q']}"


def _suffix(base: str, path: str) -> str:
    """What of a path is below the level that redirects, with its slash."""
    return path if base == "/" else path[len(base) :]
