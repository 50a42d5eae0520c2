"""Child requests (rt 3.6): a sequence of its own from BEGIN to END for another URL, linked to the parent, in the parent's response.

Knows no module. SEND_RESPONSE belongs to the parent: a child that flushes raises the parent's.
"""

from __future__ import annotations

from copy import copy

from hwebcore.pipeline.context import Context, Headers, Request
from hwebcore.pipeline.contract import HttpFault
from hwebcore.pipeline.url_path import BadPath, normalise
from hwebcore.plan import HandlerMapping

MOST_NESTED = 8


async def run_child(parent: Context, url: str, method: str | None, handler: HandlerMapping | None = None) -> Context:
    """Run `url` and answer its finished context. Raises HttpFault for a URL that cannot be one, and for a recursion that is too deep."""
    raw_path, _, query = url.partition("?")
    try:
        path = normalise(raw_path)
    except BadPath as error:
        raise HttpFault(500, 0, f"child request: {error}") from error
    if _depth(parent) >= MOST_NESTED:
        raise HttpFault(500, 0, f"child requests are nested more than {MOST_NESTED} deep")
    application = parent.application.owner(path)
    if application is None:
        raise HttpFault(403, 18, "a child request cannot run in another application pool")
    response = parent.response
    step, set_by = parent.step, response.set_by
    child = application.begin(_request(parent.request, path, query, method), parent.wire, response)
    child.parent = parent
    if handler is not None:
        # ASP.NET gives a request back to IIS: the row that led to ASP.NET must not be met again (rt 5.4).
        child.handler = handler
        child.sequence = application.with_handler(child.sequence, handler)
    waiting = application.pipeline.run(child)
    if waiting is not None:
        await waiting
    # The child's step indexes mean nothing in the parent's sequence: what it set, the step that ran it has set.
    response.set_by = step if child.response.set_by != set_by else set_by
    return child


def _depth(context: Context) -> int:
    depth = 0
    parent = context.parent
    while parent is not None:
        depth += 1
        parent = parent.parent
    return depth


def _request(original: Request, path: str, query: str, method: str | None) -> Request:
    request = copy(original)
    request.described = request.described_for = None
    request.headers = Headers(list(original.headers.items))
    request.path, request.query_string, request.path_info = path, query, ""
    if method is not None:
        request.method = method
    return request
