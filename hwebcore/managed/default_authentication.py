"""DefaultAuthenticationModule: whoever nobody authenticated becomes the anonymous user.

Knows no other module. In Classic ASP.NET does the same as a step of its own, without a module (classic.py).
"""

from __future__ import annotations

from hwebcore.managed.application import ManagedApplication
from hwebcore.managed.context import ManagedContext
from hwebcore.pipeline.context import ANONYMOUS
from hwebcore.pipeline.contract import Need, Outcome
from hwebcore.plan import ScopeSettings

_ANONYMOUS = Outcome("CONTINUE", "nobody authenticated the request: the user is anonymous", None, "")


class DefaultAuthenticationModule:
    """PostAuthenticateRequest in Integrated mode (rt 4.2)."""

    def __init__(self, settings: ScopeSettings, owner: ManagedApplication) -> None:
        self.needs = {"post_authenticate_request": (Need.USER,)}

    def post_authenticate_request(self, context: ManagedContext) -> Outcome | None:
        if context.user is not None:
            return None
        context.user = ANONYMOUS
        return _ANONYMOUS
