"""WindowsAuthenticationModule: in Classic the user that IIS authenticated becomes ASP.NET's; in Integrated it is the same one.

Knows no native module and authenticates nobody: who IIS left anonymous is anonymous here too (rt 5.3).
Look next at default_authentication.py (whoever is nobody still) and forms_authentication.py (the other mode).
"""

from __future__ import annotations

from hwebcore.managed.application import ManagedApplication
from hwebcore.managed.context import ManagedContext
from hwebcore.pipeline.context import ANONYMOUS, User
from hwebcore.pipeline.contract import Outcome
from hwebcore.plan import ScopeSettings


class WindowsAuthenticationModule:
    """AuthenticateRequest; subscribes only where the mode is Windows.

    In Integrated an anonymous user is not there yet at AuthenticateRequest, in Classic it is (rt 3.3, LAB IV15).
    """

    def __init__(self, settings: ScopeSettings, owner: ManagedApplication) -> None:
        managed = settings.managed
        mode = managed.authentication_mode
        self.idle_reason = "" if mode == "Windows" else f"authentication mode is {mode}, not Windows"
        self._source = managed.authentication_source
        self._anonymous = Outcome("CONTINUE", "IIS authenticated nobody: the user is anonymous", self._source, "")

    def authenticate_request(self, context: ManagedContext) -> Outcome | None:
        if context.integrated or context.user is not None:
            return None
        known = context.native.user
        if known is None or not known.is_authenticated:
            context.user = ANONYMOUS
            return self._anonymous
        context.user = User(known.name, known.auth_type, known.roles)
        return Outcome("CONTINUE", "the user that IIS authenticated", self._source, known.name)
