"""UrlAuthorizationModule: system.web/authorization, the first rule that matches from the deepest level up; 401 where it denies.

Knows no other module and no login page: turning the 401 into a redirect is FormsAuthentication's.
"""

from __future__ import annotations

from hwebcore.managed.application import ManagedApplication
from hwebcore.managed.context import ManagedContext
from hwebcore.pipeline.contract import Need, Outcome
from hwebcore.plan import AuthorizationRule, ScopeSettings


class UrlAuthorizationModule:
    """AuthorizeRequest. Rules stand child to parent; no match denies, as the root level's `<allow users="*"/>` ends every list."""

    def __init__(self, settings: ScopeSettings, owner: ManagedApplication) -> None:
        self._rules = tuple((rule, _outcome(rule)) for rule in settings.managed.authorization)
        first = self._rules[0][0] if self._rules else None
        self._open = first is not None and first.allow and not first.verbs and "*" in first.users
        #: Whoever may in everywhere need not be asked again, until the request is sent elsewhere.
        self.needs = {"authorize_request": (Need.REWRITTEN,)} if self._open else {}
        self.idle_reason = "" if self._rules else "no authorization rules"

    def authorize_request(self, context: ManagedContext) -> Outcome | None:
        if context.skip_authorization and not self._open:
            return _LOGIN_PAGE
        rules = self._rules
        if context.request.path is not context.native.mapped:
            # Rewritten: the rules of the place that it leads to hold, as ASP.NET's configuration path follows RewritePath.
            host = context.native.application
            settings = host.pool_plan.settings[host.settings_for(context.request.path)]
            rules = tuple((rule, _outcome(rule)) for rule in settings.managed.authorization)
        elif self._open:  # the first rule lets everybody in: nothing to ask of the request
            return None
        for rule, outcome in rules:
            if _matches(rule, context):
                return outcome if rule.allow else _deny(context, outcome)
        return _deny(context, _NO_RULE)


_LOGIN_PAGE = Outcome("CONTINUE", "the login page is open to everybody")
_NO_RULE = Outcome("FINISH_REQUEST", "DENIED: no rule matches", None, None, 401)


def _deny(context: ManagedContext, outcome: Outcome | None) -> Outcome | None:
    context.response.status = 401
    context.complete_request()
    return outcome


def _matches(rule: AuthorizationRule, context: ManagedContext) -> bool:
    if rule.verbs and context.request.method.upper() not in (verb.upper() for verb in rule.verbs):
        return False
    user = context.user
    known = user is not None and user.is_authenticated
    for name in rule.users:
        if name == "*" or (name == "?" and not known) or (known and name.lower() == user.name.lower()):
            return True
    return known and any(user.is_in_role(role) for role in rule.roles)


def _what(rule: AuthorizationRule) -> str:
    return ", ".join([*rule.users, *rule.roles]) or "nobody"


def _outcome(rule: AuthorizationRule) -> Outcome | None:
    """What the trace says of a match; what everybody may is not worth a word."""
    if rule.allow:
        return None if "*" in rule.users else Outcome("CONTINUE", f"allowed {_what(rule)}", rule.source)
    where = f" by {rule.source}" if rule.source is not None else ""
    return Outcome("FINISH_REQUEST", f"DENIED {_what(rule)}{where}", rule.source, None, 401)
