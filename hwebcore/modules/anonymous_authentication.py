"""AnonymousAuthenticationModule: the user that a request has when nobody else said who it is.

Knows no other authentication; it runs last so that each of them comes first (rt 4.1).
Look next at url_authorization.py (what the user may).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hwebcore.pipeline.context import ANONYMOUS, Context
from hwebcore.pipeline.contract import Need, Notification, Outcome, Priority, StepResult, Subscription
from hwebcore.plan import ScopeSettings

if TYPE_CHECKING:
    from hwebcore.pipeline.host import ApplicationHost


class AnonymousAuthentication:
    def __init__(self, settings: ScopeSettings, host: ApplicationHost) -> None:
        self.idle_reason = "anonymous authentication is disabled"
        self._enabled = settings.anonymous.enabled
        account = settings.anonymous.user_name or "the pool's identity"
        self._outcome = Outcome("CONTINUE", f"nobody signed in: anonymous ({account})", settings.anonymous.source, "")

    def subscriptions(self) -> tuple[Subscription, ...]:
        if not self._enabled:
            return ()
        needs, leaves = (Need.HAS_USER,), ("user", ANONYMOUS)
        return (
            Subscription(Notification.AUTHENTICATE_REQUEST, self.authenticate, Priority.LAST, needs=needs, idle=self._outcome, leaves=leaves),
        )  # fmt: skip

    def authenticate(self, context: Context) -> StepResult:
        if context.user is not None:
            return None
        context.user = ANONYMOUS
        return self._outcome
