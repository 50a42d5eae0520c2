"""A head of one connection with all that follows from it alone: its fields, its application, how records and logs describe it.

Most clients repeat their head to the byte; protocol.py keeps the last one and asks for nothing of it again. Knows no transport.
Look next at gate.py (what a head says) and pipeline/context.py (what a request is).
"""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

from hwebcore.pipeline.context import Request, RequestHeaders
from hwebcore.pipeline.described import Described
from hwebcore.plan import SiteRoute
from hwebcore.routing import Router
from hwebcore.wire.body import NO_BODY
from hwebcore.wire.gate import Head, Refusal, invalid_hostname, misdirected, read_head

if TYPE_CHECKING:
    from hwebcore.pipeline.host import ApplicationHost, Begun
    from hwebcore.wire.server import Server


class KnownRequest:
    """Holds as long as `router` is the one in force. `endpoint` and `client`: address and port of the connection's two ends."""

    __slots__ = ("begun", "fields", "has_body", "host", "raw", "request", "router", "site", "usual")

    def __init__(
        self, raw: bytes, head: Head, host: ApplicationHost, site: SiteRoute, router: Router, scheme: str, endpoint: tuple[str, int],
        client: tuple[str, int],
    ) -> None:  # fmt: skip
        self.raw = raw
        self.fields = fields = head.fields
        self.has_body = fields.chunked or bool(fields.length)
        #: Its answer may be framed in the usual way: a length, the connection kept.
        self.usual = fields.keep_alive and fields.http_version == "1.1" and head.method != "HEAD"
        self.host = host
        self.site = site
        self.router = router
        #: What it leads to in its application; None before the first request.
        self.begun: Begun | None = None
        self.request = request = Request()
        request.shared = True
        request.has_cookies = "cookie" in fields.values
        request.method = head.method
        request.raw_url = head.raw_url
        request.path = head.path
        request.query_string = head.query_string
        request.path_info = ""
        request.headers = RequestHeaders(fields.headers, fields.values)
        request.host = head.host
        request.scheme = scheme
        request.http_version = fields.http_version
        request.client_ip, request.client_port = client
        request.local_ip, request.local_port = endpoint
        request.body = NO_BODY
        request.described = Described(head.method, *client, head.raw_url)

    def find(self) -> Begun:
        """Set `begun`, before the first request. Raises Refusal."""
        host, request = self.host, self.request
        try:
            begun = self.begun = host.begun(request.method, request.path)
        except Exception as error:  # a sequence that cannot be made is a fault of ours: told, and no other connection suffers
            host.log(f"{request.method} {request.path}: no sequence: {''.join(traceback.format_exception(error))}")
            raise Refusal(500, "Internal Server Error", "The request cannot be processed.", "Internal") from error
        request.path_info = begun.path_info
        return begun


def recognised(
    raw: bytes, before: KnownRequest | None, server: Server, scheme: str, endpoint: tuple[str, int], client: tuple[str, int], *, tied: bool
) -> KnownRequest | None:
    """What a head says and leads to, None for another pool's application. `before`: the connection's last; `tied`: it cannot be
    handed on to that pool (its TLS ends here). Raises Refusal."""
    head = read_head(raw, None if before is None else before.fields)
    if head.fields.secure and scheme == "http":
        raise misdirected()
    router = server.router
    match = router.find(*endpoint, head.host, head.path)
    if match is None:
        raise invalid_hostname()
    if match.application is None or not match.started:
        raise Refusal(404, "Not Found", "The requested resource is not found.", "NotFound")
    host = server.application(match.site.name, match.application.path)
    if host is not None:
        return KnownRequest(raw, head, host, match.site, router, scheme, endpoint, client)
    if tied:
        raise misdirected()
    return None
