"""WebSocketModule: reads the handshake of a request that asks for a WebSocket, and completes the 101 that accepts it (rt 4.1).

A bad one is 400.11 or 426. Knows no connection: what it read stands in the context for whoever executes the request. Look next
at pipeline/websocket.py (what a handshake is) and managed/websocket.py (who accepts it).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hwebcore.pipeline.context import Context
from hwebcore.pipeline.contract import Need, Notification, Outcome, Priority, StepResult, Subscription
from hwebcore.pipeline.websocket import VERSION, BadHandshake, Handshake, read_handshake
from hwebcore.plan import ScopeSettings

if TYPE_CHECKING:
    from hwebcore.pipeline.host import ApplicationHost

_INVALID_WEBSOCKET_REQUEST = 11


class WebSocketModule:
    def __init__(self, settings: ScopeSettings, host: ApplicationHost) -> None:
        self._settings = settings.websocket
        self._asks = Outcome("CONTINUE", "the request asks for a WebSocket", self._settings.source)
        self.idle_reason = ""
        if not self._settings.enabled:
            self.idle_reason = "webSocket enabled is false"
        elif host.mode == "Classic":
            self.idle_reason = "a WebSocket requires IIS integrated pipeline mode"

    def subscriptions(self) -> tuple[Subscription, ...]:
        if self.idle_reason:
            return ()
        return (
            Subscription(Notification.BEGIN_REQUEST, self.read, Priority.LOW, needs=(Need.UPGRADE,)),  # measured: rt 4.3
            Subscription(Notification.SEND_RESPONSE, self.complete, needs=(Need.UPGRADE,)),
        )

    def read(self, context: Context) -> StepResult:
        if "upgrade" not in context.request.headers:
            return None
        try:
            handshake = read_handshake(context.request, self._settings)
        except BadHandshake as bad:
            if bad.status == 426:  # RFC 6455 4.4, RFC 9110 15.5.22: what would be understood
                context.response.headers.set("Sec-WebSocket-Version", VERSION)
                context.response.headers.set("Upgrade", "websocket")
            return context.fail(bad.status, _INVALID_WEBSOCKET_REQUEST if bad.status == 400 else 0, bad.reason)
        if handshake is None:
            return None
        context.items[Handshake] = handshake
        return self._asks

    def complete(self, context: Context) -> StepResult:
        handshake = context.items.get(Handshake)
        if handshake is not None and context.response.status == 101:
            context.response.headers.set("Upgrade", "websocket")
            context.response.headers.set("Sec-WebSocket-Accept", handshake.accept)
        return None
