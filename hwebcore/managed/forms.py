"""Signing in and out: the users' `context.forms`, and the reading of tickets for FormsAuthenticationModule.

Knows system.web's forms settings and no module. Look next at tickets.py and forms_authentication.py.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from typing import TYPE_CHECKING

from hwebcore.managed.context import map_url
from hwebcore.managed.cookies import set_cookie
from hwebcore.managed.tickets import Ticket, TicketSealer, secrets_of
from hwebcore.plan import FormsSettings

if TYPE_CHECKING:
    from hwebcore.managed.context import ManagedContext

_PAST = 946684800.0  # a cookie that ended in 2000 is deleted by whoever has it
_PERSISTENT_S = 365 * 24 * 3600.0


class Forms:
    """Bound to one request, so that cookies go into its response."""

    def __init__(self, context: ManagedContext) -> None:
        self._context = context

    @property
    def settings(self) -> FormsSettings:
        return self._context.settings.forms

    def authenticate(self, user: str, password: str) -> bool:
        """Whether the configuration's credentials hold this user with this password. An unknown user costs the same work."""
        settings = self.settings
        stored, known = secrets.token_hex(20), False
        for name, secret in settings.users:
            if name.lower() == user.lower():
                stored, known = secret, True
        if settings.password_format == "Clear":
            given, stored = _prepared(password, "SHA256"), _prepared(stored, "SHA256")
        else:
            given = _prepared(password, settings.password_format)
        return hmac.compare_digest(given.upper().encode(), stored.upper().encode()) and known

    def sign_in(self, name: str, persistent: bool = False) -> None:
        """Give the client a ticket for `name`. The caller has made sure who it is. A session gets a new id."""
        if not name:
            raise ValueError("nobody can be signed in without a name")
        settings = self.settings
        if settings.require_ssl and self._context.request.scheme != "https":
            raise RuntimeError("forms requireSSL is set: signing in needs https")
        now = time.time()
        self.issue(Ticket(name, now, now + (_PERSISTENT_S if persistent else settings.timeout_s), persistent, secrets.token_hex(16)))
        self._context.signed_in = True  # where a module signs in before AcquireRequestState, the session follows there
        if self._context.session is not None:
            self._context.session.renew()

    def sign_out(self, everywhere: bool = False) -> None:
        """Take the client's ticket away. `everywhere`: and accept none of this sign-in any more, whoever has a copy of one."""
        ticket = self.read() if everywhere else None
        if ticket is not None and ticket.sign_in:
            self._context.owner.host.end_sign_in(ticket.sign_in, time.time() + ticket.expires - ticket.issued)
        self._set("", _PAST)

    def issue(self, ticket: Ticket) -> None:
        self._set(self._sealer().seal(ticket), ticket.expires if ticket.persistent else None)

    def read(self) -> Ticket | None:
        """The client's ticket, expired or not. None where it has none that this application sealed."""
        text = self.ticket_text
        return self._sealer().open(text) if text else None

    @property
    def ticket_text(self) -> str:
        """The cookie as it came; "" where there is none, or where it may not be used on this connection (requireSSL)."""
        settings = self.settings
        if settings.require_ssl and self._context.request.scheme != "https":
            return ""
        return self._context.request.cookies.get(settings.cookie_name, "")

    @property
    def login_url(self) -> str:
        return login_url(self.settings, self._context.native.application.path)

    @property
    def return_url(self) -> str:
        """Where to go after signing in: the request's ReturnUrl where it stays on this site, else defaultUrl."""
        request = self._context.request
        wanted = request.query.get("ReturnUrl") or request.form.get("ReturnUrl", "")
        return wanted if is_local(wanted) else self._context.map_url(self.settings.default_url)

    def _sealer(self) -> TicketSealer:
        owner = self._context.owner
        managed = self._context.settings
        secrets = secrets_of(owner.host.keys, managed.decryption_key, managed.validation_key)
        key = (secrets, managed.forms.cookie_name)
        known: TicketSealer | None = owner.sealers.get(key)
        if known is None:
            known = owner.sealers[key] = TicketSealer(secrets, owner.host.path, managed.forms.cookie_name)
        return known

    def _set(self, value: str, expires: float | None) -> None:
        settings = self.settings
        secure = settings.require_ssl or self._context.request.scheme == "https"
        line = set_cookie(
            settings.cookie_name, value, path=settings.cookie_path, domain=settings.domain, secure=secure, same_site="Lax", expires=expires
        )
        self._context.response.replace_cookie(settings.cookie_name, line)


def login_url(settings: FormsSettings, application_path: str) -> str:
    """Where whoever has no ticket is sent."""
    url = settings.login_url
    return url if "://" in url else map_url(application_path, url)


def is_local(url: str) -> bool:
    """Whether a browser stays on this site when it follows `url`: "/x", never "//x", "/\\x" or anything with a scheme."""
    if not url.startswith("/") or url[1:2] in ("/", "\\"):
        return False
    return "\\" not in url and not any(ord(char) <= 32 or ord(char) == 127 for char in url)


def _prepared(password: str, form: str) -> str:
    """The password as `passwordFormat` stores it: hexadecimal of an unsalted hash."""
    return hashlib.new(form.lower(), password.encode(), usedforsecurity=False).hexdigest()
