"""FormsAuthenticationModule: a ticket becomes the user; a 401 becomes the way to the login page.

Knows no other module. In Integrated it sees every request that its entry lets it see, in Classic those that ASP.NET gets.
Look next at forms.py and tickets.py.
"""

from __future__ import annotations

import re
import time
from dataclasses import replace
from urllib.parse import quote

from hwebcore.managed.application import ManagedApplication
from hwebcore.managed.context import ManagedContext
from hwebcore.managed.forms import login_url
from hwebcore.pipeline.context import User
from hwebcore.pipeline.contract import Need, Outcome
from hwebcore.plan import ScopeSettings


class FormsAuthenticationModule:
    """AuthenticateRequest and EndRequest; subscribes only where the mode is Forms (rt 4.2)."""

    def __init__(self, settings: ScopeSettings, owner: ManagedApplication) -> None:
        managed = settings.managed
        mode = managed.authentication_mode
        self.idle_reason = "" if mode == "Forms" else f"authentication mode is {mode}, not Forms"
        source = managed.forms.source or managed.authentication_source
        self._source = source
        self._login_path = login_url(managed.forms, owner.host.path).partition("?")[0].lower()
        self.needs = {"authenticate_request": (Need.COOKIE,), "end_request": (Need.UNAUTHORIZED,)}
        self.offers = {"authenticate_request": ("login_path", self._login_path)}
        self._cookie_name = managed.forms.cookie_name
        self._no_ticket = Outcome("CONTINUE", "no ticket", source)
        self.idle = {"authenticate_request": self._no_ticket}
        self._refused = Outcome("CONTINUE", "the ticket is not one of this application's", source)
        self._expired = Outcome("CONTINUE", "the ticket has expired", source)
        self._ended = Outcome("CONTINUE", "whoever had the ticket signed out everywhere", source)

    def authenticate_request(self, context: ManagedContext) -> Outcome | None:
        if not context.integrated:
            context.seen_login_path = self._login_path
        if self._cookie_name not in context.request.cookies:
            return self._no_ticket
        user = context.user
        if user is not None and user.is_authenticated:
            return None
        forms = context.forms
        if not forms.ticket_text:
            return self._no_ticket
        ticket = forms.read()
        if ticket is None:
            return self._refused
        now = time.time()
        if ticket.expires <= now:
            return self._expired
        if ticket.sign_in in context.owner.host.ended:
            return self._ended
        reason = "ticket accepted"
        lifetime = ticket.expires - ticket.issued
        if context.response.headers_sent:
            pass
        elif forms.settings.sliding and ticket.expires - now < lifetime / 2:
            forms.issue(replace(ticket, issued=now, expires=now + lifetime))
            reason = "ticket accepted and renewed"
        elif ticket.former:
            forms.issue(ticket)
            reason = "ticket accepted, and sealed again with the key in force"
        context.user = User(ticket.name, "Forms")
        return Outcome("CONTINUE", reason, self._source, ticket.name)

    def end_request(self, context: ManagedContext) -> Outcome | None:
        response = context.response
        if response.status != 401 or not context.login_path or response.headers_sent:
            return None
        raw = context.request.raw_url
        if "?ReturnUrl=" in raw or "&ReturnUrl=" in raw:
            return None
        login = context.forms.login_url
        # .NET's UrlEncode writes its hexadecimal digits small; the original query follows once more, for the login page to see.
        place = re.sub("%..", lambda match: match[0].lower(), quote(raw, safe="!()*-._"))
        query = raw.partition("?")[2]
        target = f"{login}{'&' if '?' in login else '?'}ReturnUrl={place}" + (f"&{query}" if query else "")
        response.redirect(target, end=False)
        return Outcome("CONTINUE", f"401 became a redirect to {login}", self._source, None, 302)
