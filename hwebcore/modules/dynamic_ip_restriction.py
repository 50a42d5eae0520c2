"""DynamicIpRestrictionModule: a client address that asks too much at once (.501) or too often (.502) is denied (rt 4.1, 6).

Knows no connection and no user. Requests are counted by worker, as in IIS: together where the same lines of configuration limit them.
Look next at request_filtering.py; connections of one address are worker/address_counts.py.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from hwebcore.address_rules import forwarded
from hwebcore.pipeline.context import Context, Request
from hwebcore.pipeline.contract import Notification, Outcome, Priority, StepResult, Subscription
from hwebcore.plan import RequestLimits, ScopeSettings

if TYPE_CHECKING:
    from hwebcore.pipeline.host import ApplicationHost
    from hwebcore.pipeline.pipeline import Pipeline

_STATUS = {"Unauthorized": 401, "Forbidden": 403, "NotFound": 404, "AbortRequest": 403}
#: Addresses whose times are remembered; the one that began its while first is forgotten first.
_MOST_ADDRESSES = 65_536
#: In the items of a request that is counted: whose it is.
_COUNTED = "hwebcore.dynamic_ip_restriction"


class Clients:
    """What each address asks: requests that run, and requests since its while began."""

    def __init__(self, while_s: float) -> None:
        self._while_s = while_s
        self._running: dict[str, int] = {}
        self._lately: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def begin(self, address: str) -> tuple[int, int]:
        """(running, begun in this while) with this one."""
        now = time.monotonic()
        running = self._running[address] = self._running.get(address, 0) + 1
        began, count = self._lately.get(address, (now, 0))
        if now - began >= self._while_s:
            began, count = now, 0
            del self._lately[address]
        self._lately[address] = (began, count + 1)
        if len(self._lately) > _MOST_ADDRESSES:
            self._lately.popitem(last=False)
        return running, count + 1

    def end(self, address: str) -> None:
        left = self._running.get(address, 0) - 1
        if left > 0:
            self._running[address] = left
        else:
            self._running.pop(address, None)


#: All applications of a worker share one pipeline.
_clients: WeakKeyDictionary[Pipeline, dict[RequestLimits, Clients]] = WeakKeyDictionary()


class DynamicIpRestriction:
    def __init__(self, settings: ScopeSettings, host: ApplicationHost) -> None:
        limits = self._limits = settings.request_limits
        self.idle_reason = "no limit on the requests of one address is enabled"
        self._enabled = bool(limits.at_once or limits.in_a_while)
        if self._enabled:
            self._clients = _clients.setdefault(host.pipeline, {}).setdefault(limits, Clients(limits.while_s))

    def subscriptions(self) -> tuple[Subscription, ...]:
        if not self._enabled:
            return ()
        return (
            Subscription(Notification.BEGIN_REQUEST, self.begin, Priority.FIRST), Subscription(Notification.END_REQUEST, self.end, Priority.FIRST)
        )  # fmt: skip

    def begin(self, context: Context) -> StepResult:
        if context.parent is not None:  # one request of the client's, whatever it is made of
            return None
        limits, address = self._limits, self._address(context.request)
        context.items[_COUNTED] = address
        running, lately = self._clients.begin(address)
        if limits.at_once and running > limits.at_once:
            return self._deny(context, 501, f"more than {limits.at_once} requests of one address at once")
        if limits.in_a_while and lately > limits.in_a_while:
            return self._deny(context, 502, f"more than {limits.in_a_while} requests of one address within {limits.while_s:g} s")
        return None

    def end(self, context: Context) -> StepResult:
        address = context.items.pop(_COUNTED, None)
        if address is not None:
            self._clients.end(address)
        return None

    def _address(self, request: Request) -> str:
        """Of several in X-Forwarded-For the last: it is what the nearest proxy saw; what stands before it a client may have made up."""
        told = request.headers.get_all("X-Forwarded-For") if self._limits.by_proxy else []
        listed = forwarded(told)
        return listed[-1] if listed else request.client_ip

    def _deny(self, context: Context, substatus: int, reason: str) -> Outcome:
        limits = self._limits
        source = limits.at_once_source if substatus == 501 else limits.in_a_while_source
        if limits.only_told:
            return Outcome("CONTINUE", f"only told: {reason}", source)
        if limits.action == "AbortRequest":
            context.wire.turn_away()
        return context.fail(_STATUS[limits.action], substatus, reason, source)
