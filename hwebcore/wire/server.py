"""What a connection needs from the process that holds it: routes, applications, and what becomes of connections.

Knows no worker: hwebcore/worker implements this, tests do too. Look next at protocol.py, which uses it.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Protocol

from hwebcore.plan import SiteLimits, SiteRoute
from hwebcore.routing import Router
from hwebcore.tasks import Tasks

if TYPE_CHECKING:
    from hwebcore.pipeline.host import ApplicationHost
    from hwebcore.wire.gate import Refusal
    from hwebcore.wire.protocol import HttpConnection


class Server(Protocol):
    """Implemented by hwebcore/worker/worker.py."""

    #: Swapped whole when routes change.
    router: Router
    #: Where requests that wait run.
    tasks: Tasks
    #: While true, a connection is given away as soon as it is idle.
    draining: bool

    @property
    def limits(self) -> SiteLimits:
        """Used until a request's site is known: header time, idle time."""
        ...

    def application(self, site: str, path: str) -> ApplicationHost | None:
        """The application of this worker, or None: another pool's."""
        ...

    def give_away(self, connection: HttpConnection, sock: socket.socket, unread: bytes) -> None:
        """Take a connection that is not ours (any more): a duplicate socket, and the bytes from its next head's first byte on."""
        ...

    def connection_made(self, connection: HttpConnection) -> None: ...

    def connection_lost(self, connection: HttpConnection) -> None: ...

    def entered(self, connection: HttpConnection, site: SiteRoute) -> None:
        """The connection has a request for a site that its last one was not for. Raises Refusal where the site has enough of them."""
        ...

    def timed_out(self, connection: HttpConnection, reason: str, head: bytes) -> None:
        """The connection is closed because its client kept it waiting; `reason` is HTTPERR's word."""
        ...

    def refused(self, connection: HttpConnection, refusal: Refusal, head: bytes) -> None:
        """A request was answered by the wire itself (HTTPERR): it met no pipeline."""
        ...
