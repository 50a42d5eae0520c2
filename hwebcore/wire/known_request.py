"""A head of one connection with all that follows from it alone: its fields, its application, how records and logs describe it.

Most clients repeat their head to the byte; protocol.py keeps the last one and asks for nothing of it again. Knows no transport.
Look next at gate.py (what a head says) and pipeline/context.py (what a request is).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hwebcore.pipeline.context import Described, Request, RequestHeaders
from hwebcore.routing import Match, Router
from hwebcore.wire.body import NO_BODY
from hwebcore.wire.gate import Head, Refusal, invalid_hostname
from hwebcore.wire.server import Server

if TYPE_CHECKING:
    from hwebcore.pipeline.host import ApplicationHost


def application_of(server: Server, tls: bool, match: Match | None) -> tuple[Match, ApplicationHost | None]:
    """The application that answers, None for another pool's. Raises Refusal where there is none at all."""
    if match is None:
        raise invalid_hostname()
    if match.application is None or not match.started:
        raise Refusal(404, "Not Found", "The requested resource is not found.", "NotFound")
    host = server.application(match.site.name, match.application.path)
    if host is None and tls:
        raise Refusal(421, "Misdirected Request", "This connection does not serve that host.", "Hostname")
    return match, host


class KnownRequest:
    """Holds as long as `router` is the one in force. `endpoint` and `client`: address and port of the connection's two ends."""

    __slots__ = ("_client", "_described", "_endpoint", "_scheme", "fields", "has_body", "head", "host", "raw", "router")

    def __init__(
        self, raw: bytes, head: Head, host: ApplicationHost, router: Router, scheme: str, endpoint: tuple[str, int], client: tuple[str, int]
    ) -> None:
        self.raw = raw
        self.head = head
        self.fields = head.fields
        self.has_body = head.fields.chunked or bool(head.fields.length)
        self.host = host
        self.router = router
        self._scheme = scheme
        self._endpoint = endpoint
        self._client = client
        self._described = Described(head.method, client[0], head.raw_url)

    def request(self) -> Request:
        """A request of its own: steps may change what it says."""
        head, fields = self.head, self.fields
        request = Request()
        request.method = head.method
        request.raw_url = head.raw_url
        request.path = head.path
        request.query_string = head.query_string
        request.headers = RequestHeaders(fields.headers, fields.values)
        request.host = head.host
        request.scheme = self._scheme
        request.http_version = fields.http_version
        request.client_ip, request.client_port = self._client
        request.local_ip, request.local_port = self._endpoint
        request.body = NO_BODY
        request.described = self._described
        return request
