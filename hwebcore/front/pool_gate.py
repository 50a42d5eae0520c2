"""One pool as the front sees it: its state, the links to its live workers, the queue of requests that wait for one.

Knows no socket and no route. The queue is HTTP.sys's request queue of the pool: bounded by queueLength, 503 beyond.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from hwebcore.front.connection import FrontConnection
from hwebcore.wire.gate import Refusal
from hwebcore.worker.handover import HandedConnection, HandoverLink


def unavailable(reason: str) -> Refusal:
    return Refusal(503, "Service Unavailable", "The service is unavailable.", reason)


#: State → HTTPERR's word (rt 1.2).
_CLOSED = {"stopped": "Disabled", "failed": "AppOffline", "held": "AppShutdown"}


class PoolGate:
    """`demand(pool)` asks the service for a worker. `left(connection)`: it went to a worker. `cut_off(pool, pid)`: the link to one broke."""

    def __init__(
        self, name: str, demand: Callable[[str], None], left: Callable[[FrontConnection], None], cut_off: Callable[[str, int], None]
    ) -> None:
        self.name = name
        self.state = "starting"
        #: By pid of the worker behind each; several in a web garden, which take turns.
        self.links: dict[int, HandoverLink] = {}
        self.queue_length = 1000
        self.tcp_reset = False
        self._demand = demand
        self._left = left
        self._cut_off = cut_off
        self._queue: deque[FrontConnection] = deque()
        self._turn = 0

    @property
    def waiting(self) -> int:
        return len(self._queue)

    def take(self, connection: FrontConnection) -> None:
        """Pass it on, keep it until there is a worker, or refuse it."""
        if self.state in _CLOSED:
            self._refuse(connection, _CLOSED[self.state])
        elif self.links and not self._queue:
            self._pass(connection)
        elif len(self._queue) >= self.queue_length:
            connection.answer(unavailable("QueueFull"))
        else:
            self._queue.append(connection)
            connection.wait()
            if not self.links:
                self._demand(self.name)

    def give(self, handed: HandedConnection) -> bool:
        """Pass on a connection that nobody read from yet. False: there is no worker for it now, and it is still the caller's."""
        if self.state in _CLOSED or not self.links or self._queue:
            return False
        return self._next_link().give(handed)

    def settle(self) -> None:
        """State or link changed: let the queue go where it can."""
        while self._queue:
            if self.state in _CLOSED:
                self._refuse(self._queue.popleft(), _CLOSED[self.state])
            elif self.links:
                self._pass(self._queue.popleft())
            else:
                self._demand(self.name)
                return

    def broken(self, link: HandoverLink) -> None:
        """The worker behind `link` is gone, or cannot be reached any more."""
        for pid in [pid for pid, other in self.links.items() if other is link]:
            del self.links[pid]
            self._cut_off(self.name, pid)
            if self.state == "live" and not self.links:
                self.state = "starting"

    def forget(self) -> None:
        """The pool is no longer configured."""
        while self._queue:
            self._queue.popleft().answer(unavailable("N/A"))

    def expire(self, now: float) -> None:
        """What waited too long is answered."""
        late = [connection for connection in self._queue if connection.deadline <= now]
        for connection in late:
            self._queue.remove(connection)
            connection.answer(unavailable("Timer_ReqQueue"))

    def _pass(self, connection: FrontConnection) -> None:
        link = self._next_link()
        if link.give(connection.release()):
            self._left(connection)
        elif link.open:
            connection.answer(unavailable("QueueFull"))
        else:  # it died under our hands: the next one, or wait for it
            self.broken(link)
            self.take(connection)

    def _next_link(self) -> HandoverLink:
        self._turn += 1
        return list(self.links.values())[self._turn % len(self.links)]

    def _refuse(self, connection: FrontConnection, reason: str) -> None:
        if self.tcp_reset:
            connection.reset()
        else:
            connection.answer(unavailable(reason))
