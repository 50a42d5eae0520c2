"""Warms applications up before the worker is ready: the made-up request of preloadEnabled, the pages of applicationInitialization.

Knows no module: each request runs through the pipeline like a visitor's, with a trace, without a connection and without a line in
the site's log. Whatever it answers, the worker becomes ready; how long it may take is the pool's startupTimeLimit.
"""

from __future__ import annotations

import contextvars
from collections.abc import Awaitable, Callable

from hwebcore.pipeline.context import Context, Headers, Request
from hwebcore.pipeline.host import ApplicationHost
from hwebcore.pipeline.url_path import BadPath, normalise
from hwebcore.pipeline.websocket import WebSocket
from hwebcore.plan import BindingRoute, RouteTable, WebSocketSettings
from hwebcore.wire.body import NO_BODY

_LOCAL = "127.0.0.1"
#: IIS's names for these requests: applications tell them by it.
_PRELOAD = "IIS Application Initialization Preload"
_WARM_UP = "IIS Application Initialization Warmup"


async def warm_up(host: ApplicationHost, routes: RouteTable, say: Callable[[str], None]) -> None:
    """Make the application's first requests for it, one after another. What fails is told and is no failure of the worker."""
    log, host.site_log = host.site_log, None
    binding = _binding(host.site, routes)
    try:
        if host.plan.preload:
            await _ask(host, binding, host.path.rstrip("/") + "/", "", _PRELOAD, say)
        for url, name in host.plan.warm_up:
            await _ask(host, binding, url, name, _WARM_UP, say)
    finally:
        host.site_log = log


class Nobody:
    """The wire of a request that no client made: what is sent is dropped."""

    gone = False
    session = None

    def send(self, context: Context, last: bool) -> Awaitable[None] | None:
        response = context.response
        response.sent_headers = True
        response.body = []
        response.buffered = 0
        response.file = None
        return None

    def turn_away(self) -> None:
        return

    def when_gone(self, call: Callable[[], None]) -> None:
        return

    def upgrade(self, context: Context, settings: WebSocketSettings) -> WebSocket:
        raise ConnectionResetError("nobody is there to talk to")


async def _ask(host: ApplicationHost, binding: BindingRoute, url: str, name: str, agent: str, say: Callable[[str], None]) -> None:
    try:
        request = _request(binding, url, name, agent)
        context = host.begin(request, Nobody())
        waiting = contextvars.copy_context().run(host.pipeline.run, context)
        if waiting is not None:
            await waiting
    except Exception as error:  # a page that cannot be is no reason not to serve the others
        say(f"warm-up of {host.site}{host.path}: GET {url}: {type(error).__name__}: {error}")
        return
    if context.response.status >= 400:
        say(f"warm-up of {host.site}{host.path}: GET {url} answered {context.response.status}.{context.response.substatus}")


def _request(binding: BindingRoute, url: str, name: str, agent: str) -> Request:
    path, _, query = url.partition("?")
    request = Request()
    request.method = "GET"
    request.raw_url = url
    try:
        request.path = normalise(path)
    except BadPath as error:
        raise ValueError(f"{url!r} is no URL: {error}") from error
    request.query_string, request.path_info = query, ""
    request.host = (name or (binding.host if "*" not in binding.host else "") or "localhost").lower()
    request.headers = Headers([("Host", request.host), ("User-Agent", agent)])
    request.scheme, request.http_version = binding.protocol, "1.1"
    request.client_ip, request.client_port = _LOCAL, 0
    request.local_ip, request.local_port = (binding.ip if binding.ip != "*" else _LOCAL), binding.port
    request.body = NO_BODY
    return request


def _binding(site: str, routes: RouteTable) -> BindingRoute:
    """Where the site would be reached."""
    found = [binding for route in routes.sites if route.name == site for binding in route.bindings if binding.protocol in ("http", "https")]
    return found[0] if found else BindingRoute("http", _LOCAL, 80)
