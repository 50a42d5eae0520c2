"""What executes a request in managed code: finds, for a `type`, the class, WSGI or ASGI application and what runs it.

Knows neither pipeline: handlers/managed.py calls it in Integrated, classic.py in Classic. The runners of WSGI and ASGI are named
in a register and loaded when an application needs them. Look next at handlers/wsgi.py and handlers/asgi.py.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Awaitable, Mapping
from typing import Any, Protocol

from hwebcore.managed.application import ManagedApplication
from hwebcore.managed.context import ManagedContext
from hwebcore.worker.loader import Kind, Loaded, LoadFailed

#: What runs a type, by what it is.
RUNNERS: Mapping[Kind, str] = {
    "class": "hwebcore.managed.execution:ClassExecutor",
    "wsgi": "hwebcore.handlers.wsgi:WsgiExecutor",
    "asgi": "hwebcore.handlers.asgi:AsgiExecutor",
}


class Executor(Protocol):
    """Made once per type and application. WSGI and ASGI answers are final; a class's may be replaced by an error page."""

    def execute(self, managed: ManagedContext) -> Awaitable[None] | None:
        """Runs the request to its end. Exceptions of the users' code come out as they are."""
        ...


def executor(owner: ManagedApplication, type_name: str) -> Executor:
    """Raises LoadFailed."""
    known: Executor | None = owner.executors.get(type_name)
    if known is None:
        known = owner.executors[type_name] = make_executor(owner, owner.load(type_name))
    return known


def make_executor(owner: ManagedApplication, loaded: Loaded) -> Executor:
    module, _, name = RUNNERS[loaded.kind].partition(":")
    return getattr(importlib.import_module(module), name)(owner, loaded)  # type: ignore[no-any-return]  # the register's word


class ClassExecutor:
    """A class with `process_request(context)`, made once; sync, async, or `blocking = True` for the pool's threads."""

    def __init__(self, owner: ManagedApplication, loaded: Loaded) -> None:
        if not callable(getattr(loaded.value, "process_request", None)):
            raise LoadFailed("bad_type", f"{loaded.type_name} has no process_request(context): it is no managed handler")
        self._owner = owner
        try:
            self._instance: Any = owner.new_scope().run(loaded.value)
        except BaseException as error:  # the users' constructor, be it sys.exit()
            text = f"{loaded.type_name} could not be made: {type(error).__name__}: {error}"
            owner.log_failure(text, error)
            raise LoadFailed("import_failed", text) from error
        self._process = self._instance.process_request
        self._blocking = bool(getattr(loaded.value, "blocking", False)) and not inspect.iscoroutinefunction(self._process)
        self._needs_body = bool(getattr(loaded.value, "needs_body", True))

    def execute(self, managed: ManagedContext) -> Awaitable[None] | None:
        native = managed.native
        if self._blocking or (self._needs_body and native.request.body.expected and managed.request.body is None):
            return self._slowly(managed)
        process = self._process
        answer = process(managed) if native.inside else managed.call(process, managed)
        if answer is None or not inspect.isawaitable(answer):
            store = managed.response.store
            items = store.headers.items
            if len(items) == 1 and items[0][0] == "Content-Type" and not store.sent_headers:  # as most pages leave it
                items.append(_PRIVATE)
            else:
                _complete_head(managed)
            return None
        return self._finish(managed, answer)

    async def _slowly(self, managed: ManagedContext) -> None:
        if self._needs_body:
            await managed.collect_body()
        if self._blocking:
            answer = await managed.call_in_thread(self._process, managed)
        else:
            answer = managed.call(self._process, managed)
        await self._finish(managed, answer)

    async def _finish(self, managed: ManagedContext, answer: Any) -> None:
        if inspect.isawaitable(answer):
            await managed.carry_on(answer)
        _complete_head(managed)


def _complete_head(managed: ManagedContext) -> None:
    """What ASP.NET adds to a page's answer that says nothing about it: a type and Cache-Control: private."""
    store = managed.response.store
    if store.sent_headers:
        return
    items = store.headers.items
    names = [name.lower() for name, _ in items]
    if store.body and "content-type" not in names:
        items.append(_HTML)
    if "cache-control" not in names:
        items.append(_PRIVATE)


_HTML = ("Content-Type", "text/html; charset=utf-8")
_PRIVATE = ("Cache-Control", "private")
