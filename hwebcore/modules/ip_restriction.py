"""IpRestrictionModule: client addresses that a list denies, or does not have, are turned away (rt 4.1; cfg 6.4: 403.6).

Knows no connection, and no names of hosts: nobody is looked up. Look next at dynamic_ip_restriction.py, which counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hwebcore.address_rules import forwarded, number, span
from hwebcore.pipeline.context import Context
from hwebcore.pipeline.contract import Notification, Outcome, Priority, StepResult, Subscription
from hwebcore.plan import ScopeSettings, Source

if TYPE_CHECKING:
    from hwebcore.pipeline.host import ApplicationHost

_STATUS = {"Unauthorized": (401, 503), "Forbidden": (403, 6), "NotFound": (404, 503), "AbortRequest": (403, 6)}
_MOST_REMEMBERED = 4096
#: Proxies that a request may have come through: each address is held against each rule.
_MOST_TOLD = 64
#: A traced request comes over a socket pair, from nowhere else.
_THIS_MACHINE = "127.0.0.1"

#: Why an address is turned away, with the line; None: it is let in. The trace has the address itself: reasons are kept once.
Refusal = tuple[str, Source | None] | None


class IpRestriction:
    def __init__(self, settings: ScopeSettings, host: ApplicationHost) -> None:
        self._rules = settings.address_rules
        self.idle_reason = "every address is let in"
        self._spans = [(*span(rule.address, rule.mask), rule) for rule in self._rules.rules]
        self._judged: dict[str, Refusal] = {}

    def subscriptions(self) -> tuple[Subscription, ...]:
        if not self._rules.restricts:
            return ()
        return (Subscription(Notification.BEGIN_REQUEST, self.judge, Priority.HIGH),)

    def judge(self, context: Context) -> StepResult:
        """The client's own address and, in proxy mode, each that X-Forwarded-For tells: all of them have to be let in."""
        client = context.request.client_ip or _THIS_MACHINE
        refusal = self._judged[client] if client in self._judged else self._refusal(client)
        if refusal is None and self._rules.by_proxy:
            told_by_proxies = forwarded(context.request.headers.get_all("X-Forwarded-For"))
            if len(told_by_proxies) > _MOST_TOLD:
                return context.fail(400, 10, f"X-Forwarded-For lists more than {_MOST_TOLD} addresses")
            for told in told_by_proxies:
                try:
                    refusal = refusal or self._refusal(told)
                except ValueError:
                    return context.fail(400, 10, "X-Forwarded-For holds what is no address")
        if refusal is None:
            return None
        return self._deny(context, *refusal)

    def _refusal(self, address: str) -> Refusal:
        bits, value = number(address)
        found = next((rule for width, first, mask, rule in self._spans if width == bits and value & mask == first), None)
        refusal: Refusal = None
        if found is not None and not found.allowed:
            refusal = f"denied by {found.address}, mask {found.mask}", found.source
        elif found is None and not self._rules.allow_unlisted:
            refusal = "only listed addresses are let in", self._rules.unlisted_source
        if len(self._judged) >= _MOST_REMEMBERED:
            self._judged.clear()
        self._judged[address] = refusal
        return refusal

    def _deny(self, context: Context, reason: str, source: Source | None) -> Outcome:
        if self._rules.action == "AbortRequest":
            context.wire.turn_away()
        return context.fail(*_STATUS[self._rules.action], reason, source)
