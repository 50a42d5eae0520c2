"""A request and its response for tests of one module or handler, without pipeline and connection.

Look next at pipeline_driver.py, which runs the whole pipeline.
"""

from __future__ import annotations

import io
import os
from types import SimpleNamespace
from typing import Any

from hwebcore.pipeline.context import Context, Headers, Request, Response, User
from hwebcore.pipeline.contract import Outcome
from hwebcore.plan import ApplicationPlan, HandlerMapping, ScopeSettings, Source, VirtualDirectory

SOURCE = Source("web.config", 7, 3, "MACHINE/WEBROOT/APPHOST/Site")
ROW = HandlerMapping("StaticFile", "*", (), ("StaticFileModule",), source=SOURCE)


class NoBody:
    def __init__(self, length: int | None = None) -> None:
        self.length = length
        self.expected = bool(length)

    async def read(self, most: int = 65536) -> bytes:
        return b""

    async def collect(self) -> Any:
        return io.BytesIO()


def host(root: object = "", settings: ScopeSettings | None = None, **more: Any) -> Any:
    """An application host as far as modules and handlers ask it."""
    directories = (VirtualDirectory("/", str(root)),) if root else ()
    plan = ApplicationPlan("Site", 1, "/", directories, ())
    given = {
        "plan": plan,
        "mode": "Integrated",
        "pool": "DefaultAppPool",
        "site": "Site",
        "site_id": 1,
        "path": "/",
        "shadow": False,
        "site_log": None,
    }
    return SimpleNamespace(**(given | {"settings_for": lambda path: 0} | more))


def exchange(
    target: str = "/", method: str = "GET", *, headers: dict[str, str] | None = None, root: object = "", path: str | None = None,
    user: User | None = None, client: str = "127.0.0.1", length: int | None = None, settings: ScopeSettings | None = None, on: Any = None,
) -> Context:  # fmt: skip
    """A context for `target`; `root`: the folder that "/" is mapped to; `path`: the decoded path where it differs."""
    request = Request()
    raw_path, _, query = target.partition("?")
    request.method, request.raw_url, request.path, request.query_string = method, target, path if path is not None else raw_path, query
    request.path_info, request.host, request.scheme, request.http_version = "", "site.test", "http", "1.1"
    request.client_ip, request.client_port, request.local_ip, request.local_port = client, 50000, "127.0.0.1", 8080
    request.headers = Headers([("Host", "site.test:8080"), *(headers or {}).items()])
    request.body = NoBody(length)
    sequence: Any = SimpleNamespace(handler=ROW, steps=(), send=())
    wire: Any = None
    context = Context(request, Response(), on if on is not None else host(root), settings or ScopeSettings(), sequence, wire)
    context.user, context.start, context.wall, context.end = user, 0.0, 0.0, 0.0
    context.physical_path = f"{root}{request.path}" if root else ""
    return context


def status(context: Context) -> str:
    return f"{context.response.status}.{context.response.substatus}"


def body(context: Context) -> bytes:
    """All that the response would send; closes its file."""
    data = b"".join(context.response.body)
    if context.response.file is not None:
        file, start, count = context.response.file
        data += os.pread(file.descriptor, count, start)
        context.response.clear()
    return data


def told(result: object) -> Outcome:
    """The outcome of a step that had something to tell."""
    assert isinstance(result, Outcome)
    return result
