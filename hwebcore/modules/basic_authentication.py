"""BasicAuthenticationModule: the user whose name and password the request brings, checked against the instance's accounts (rt 4.1).

Knows no other authentication and no file. A password is computed in the pool's threads, two at a time, so that neither the loop nor
the applications' threads are held. Look next at accounts.py (what is remembered, who is locked out).
"""

from __future__ import annotations

import asyncio
import base64
import binascii
from typing import TYPE_CHECKING

from hwebcore.accounts import Accounts, KnownAccount
from hwebcore.pipeline.context import Context, User
from hwebcore.pipeline.contract import Need, Notification, Outcome, StepResult, Subscription
from hwebcore.plan import ScopeSettings

if TYPE_CHECKING:
    from hwebcore.pipeline.host import ApplicationHost

_MOST_CHARACTERS = 512


class BasicAuthentication:
    def __init__(self, settings: ScopeSettings, host: ApplicationHost) -> None:
        self.idle_reason = "basic authentication is disabled"
        self._host = host
        self._accounts = host.accounts or Accounts()
        self._basic = settings.basic
        self._gate = asyncio.Semaphore(2)

    def subscriptions(self) -> tuple[Subscription, ...]:
        if not self._basic.enabled:
            return ()
        return (
            Subscription(Notification.AUTHENTICATE_REQUEST, self.authenticate, needs=(Need.USER,)),
            Subscription(Notification.SEND_RESPONSE, self.challenge, needs=(Need.UNAUTHORIZED,)),
        )

    def authenticate(self, context: Context) -> StepResult:
        if context.user is not None:
            return None
        given = context.request.headers.get("Authorization")
        scheme, _, text = (given or "").partition(" ")
        if scheme.lower() != "basic":
            return None
        credentials = _credentials(text)
        if credentials is None:
            return context.fail(401, 1, "the Authorization header holds no name and password", self._basic.source)
        names, password = self._names(credentials[0]), credentials[1]
        if self._accounts.locked(names[0], context.request.client_ip):
            return context.fail(401, 1, "too many wrong passwords for this name from this address: wait a minute", self._basic.source)
        account = self._accounts.remembered(names, password)
        return self._signed_in(context, account) if account is not None else self._check(context, names, password)

    async def _check(self, context: Context, names: tuple[str, ...], password: str) -> Outcome:
        async with self._gate:
            account = await self._host.threads.run(self._accounts.check, names, password, context.request.client_ip)
        if account is None:
            return context.fail(401, 1, "no account has this name and password", self._basic.source)
        return self._signed_in(context, account)

    def _signed_in(self, context: Context, account: KnownAccount) -> Outcome:
        return context.set_user(User(account.name, "Basic", account.groups), f"signed in as {account.name}", self._basic.source)

    def challenge(self, context: Context) -> StepResult:
        if context.response.status != 401:
            return None
        realm = self._basic.realm or context.request.host
        quoted = "".join(f"\\{character}" if character in '"\\' else character for character in realm if character.isprintable())
        context.response.headers.append("WWW-Authenticate", f'Basic realm="{quoted.encode("latin-1", "replace").decode("latin-1")}"')
        return None

    def _names(self, given: str) -> tuple[str, ...]:
        """Accounts that the name may mean: as it is written, then without its domain where that is ours, or with ours."""
        domain, backslash, name = given.rpartition("\\")
        own = self._basic.default_logon_domain
        if backslash:
            return (given, name) if name and domain.casefold() in (".", own.casefold()) else (given,)
        return (f"{own}\\{given}", given) if own else (given,)


def _credentials(text: str) -> tuple[str, str] | None:
    try:
        data = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        return None
    try:
        decoded = data.decode("utf-8")
    except UnicodeDecodeError:
        decoded = data.decode("latin-1")
    name, colon, password = decoded.partition(":")
    fits = colon and name and len(decoded) <= _MOST_CHARACTERS and name.isprintable()
    return (name, password) if fits else None
