"""UrlAuthorizationModule: the rules of system.webServer/security/authorization, judged on the user of the request.

Knows no authentication. Any Deny that matches wins over every Allow, wherever it stands; who no Allow names is denied too.
Look next at anonymous_authentication.py; ASP.NET's own rules (first match wins) are managed/url_authorization.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hwebcore.pipeline.context import Context, User
from hwebcore.pipeline.contract import Need, Notification, Outcome, StepResult, Subscription
from hwebcore.plan import AuthorizationRule, ScopeSettings

if TYPE_CHECKING:
    from hwebcore.pipeline.host import ApplicationHost


class UrlAuthorization:
    def __init__(self, settings: ScopeSettings, host: ApplicationHost) -> None:
        self._host = host
        rules = settings.authorization
        self._denying = tuple(rule for rule in rules if not rule.allow)
        self._allowing = tuple((rule, Outcome("CONTINUE", f"allowed by {describe(rule)}", rule.source)) for rule in rules if rule.allow)

    def subscriptions(self) -> tuple[Subscription, ...]:
        first = self._allowing[0] if self._allowing and not self._denying else None
        if first is None or first[0].verbs or "*" not in first[0].users:
            return (Subscription(Notification.AUTHORIZE_REQUEST, self.authorize),)
        # Everybody may: only another place's rules could say otherwise.
        return (Subscription(Notification.AUTHORIZE_REQUEST, self.authorize, needs=(Need.REWRITTEN,), idle=first[1]),)

    def authorize(self, context: Context) -> StepResult:
        if not context.mapped or context.request.path is context.mapped:
            return self.judge(context)
        # Rewritten since it was mapped: the rules of the place that it leads to hold.
        settings = self._host.pool_plan.settings[self._host.settings_for(context.request.path)]
        return UrlAuthorization(settings, self._host).judge(context)

    def judge(self, context: Context) -> StepResult:
        user, verb = context.user, context.request.method
        for rule in self._denying:
            if matches(rule, user, verb):
                return context.fail(401, 2, f"denied by rule {describe(rule)}", rule.source)
        for rule, outcome in self._allowing:
            if matches(rule, user, verb):
                return outcome
        return context.fail(401, 2, "denied: no rule allows this user and verb", None)


def matches(rule: AuthorizationRule, user: User | None, verb: str) -> bool:
    """Whether a rule speaks of this user and verb. Names compare case-blind, as Windows accounts do; verbs exactly."""
    if rule.verbs and verb not in rule.verbs:
        return False
    name = user.name if user is not None else ""
    for wanted in rule.users:
        if wanted == "*" or (wanted == "?" and not name) or (name and wanted.casefold() == name.casefold()):
            return True
    return user is not None and bool(name) and any(role == "*" or user.is_in_role(role) for role in rule.roles)


def describe(rule: AuthorizationRule) -> str:
    """A rule as its attributes say it: allow users="*" verbs="GET"."""
    said = [f'{name}="{",".join(values)}"' for name, values in (("users", rule.users), ("roles", rule.roles), ("verbs", rule.verbs)) if values]
    return " ".join(["allow" if rule.allow else "deny", *said])
