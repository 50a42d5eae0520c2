"""What runs a type: classes made once; what is no handler says so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hwebcore.handlers.asgi import AsgiExecutor
from hwebcore.handlers.wsgi import WsgiExecutor
from hwebcore.managed.application import ManagedApplication, managed_application
from hwebcore.managed.execution import ClassExecutor, executor
from hwebcore.pipeline.contract import Notification, Subscription
from hwebcore.worker.loader import LoadFailed
from tests.support.managed_driver import ManagedDriver
from tests.support.pipeline_driver import module

FILE = """
class Page:
    def process_request(self, context): ...
class NoPage: ...
class Torn:
    def __init__(self): raise OSError("no licence")
    def process_request(self, context): ...
def w(environ, start_response): ...
async def a(scope, receive, send): ...
"""


@pytest.fixture
async def owner(tmp_path: Path) -> AsyncIterator[ManagedApplication]:
    driver = ManagedDriver(tmp_path, {"executed_types.py": FILE})
    yield managed_application(driver.host)
    await driver.finish()


async def test_each_kind_has_its_own(owner: ManagedApplication) -> None:
    kinds = {"Page": ClassExecutor, "w": WsgiExecutor, "a": AsgiExecutor}
    assert {name: type(executor(owner, f"executed_types:{name}")) for name in kinds} == kinds
    assert executor(owner, "executed_types:Page") is executor(owner, "executed_types:Page")


@pytest.mark.parametrize(("name", "text"), [("NoPage", "has no process_request"), ("Torn", "no licence"), ("Nobody", "has no Nobody")])
async def test_what_cannot_run(owner: ManagedApplication, name: str, text: str) -> None:
    with pytest.raises(LoadFailed, match=text):
        executor(owner, f"executed_types.{name}")


EXITS = """
    import asyncio, sys

    class Page:
        def process_request(self, context):
            _leave(context.request.query_string)

    class AsyncPage:
        async def process_request(self, context):
            _leave(context.request.query_string)

    class Module:
        def begin_request(self, context):
            if context.request.path == "/module":
                _leave(context.request.query_string)

    class AsyncModule:
        async def begin_request(self, context):
            if context.request.path == "/asyncmodule":
                _leave(context.request.query_string)

    class Blocking:
        blocking = True

        def process_request(self, context):
            _leave(context.request.query_string)

    def wsgi(environ, start_response):
        _leave(environ["QUERY_STRING"])

    async def asgi(scope, receive, send):
        if scope["type"] == "http":
            _leave(scope["query_string"].decode())

    def _leave(how):
        raise {"exit": SystemExit(3), "interrupt": KeyboardInterrupt(), "generator": GeneratorExit(), "cancel": asyncio.CancelledError()}[how]
"""


@pytest.mark.parametrize("mode", ["Integrated", "Classic"])
async def test_what_would_end_the_process_ends_its_request_alone(tmp_path: Path, mode: str) -> None:
    """sys.exit() in a page, or in a module: 500, and the worker goes on."""
    handlers = {"page": "exits.Page", "async": "exits.AsyncPage", "blocking": "exits.Blocking", "wsgi": "wsgi:exits:wsgi", "asgi": "asgi:exits:asgi"}
    modules = {"Module": "exits.Module", "AsyncModule": "exits.AsyncModule"}
    driver = ManagedDriver(tmp_path, {"exits.py": EXITS}, modules=modules, handlers={**handlers, "*": "exits.Page"}, mode=mode)
    for path in ("page", "async", "blocking", "wsgi", "asgi", "module", "asyncmodule"):
        for how in ("exit", "interrupt") if path != "page" else ("exit", "interrupt", "generator", "cancel"):
            exchange = await driver.get(f"/{path}?{how}")
            assert exchange.status == (500, 0), f"{path} {how}"
            reasons = " ".join(event.reason or "" for event in exchange.trace.events)
            assert {"exit": "SystemExit", "interrupt": "KeyboardInterrupt", "generator": "GeneratorExit", "cancel": "CancelledError"}[how] in reasons
    assert (await driver.get("/async?cancel")).status == (500, 0)
    await driver.finish()


async def test_a_module_whose_import_leaves_is_a_failed_load(tmp_path: Path) -> None:
    driver = ManagedDriver(tmp_path, {"leaves.py": "import sys\nsys.exit(2)\n"}, handlers={"*": "leaves.Page"})
    exchange = await driver.get("/x")
    assert exchange.status == (500, 0)
    assert "SystemExit: 2" in " ".join(event.reason or "" for event in exchange.trace.events)
    await driver.finish()


@pytest.mark.parametrize("mode", ["Integrated", "Classic"])
async def test_read_entity_is_raised_where_a_page_reads_its_body(tmp_path: Path, mode: str) -> None:
    raised: list[int] = []
    watching = module(Subscription(Notification.READ_ENTITY, lambda context: raised.append(context.step)))
    code = """
        class Collects:
            def process_request(self, context):
                context.response.write(context.request.body.read())

        class Reads:
            needs_body = False

            async def process_request(self, context):
                context.response.write(await context.request.read())
    """
    for page in ("Collects", "Reads"):
        raised.clear()
        driver = ManagedDriver(
            tmp_path, {"reading.py": code}, handlers={"*": f"reading.{page}"}, mode=mode, native={"Watch": watching}, native_handlers={"Watch": "x:X"}
        )
        exchange = await driver.get("/x", "POST", body=b"data")
        assert exchange.body == b"data"
        assert len(raised) == 1
        (mark,) = [event for event in exchange.trace.events if event.notification == "READ_ENTITY"]
        assert mark.depth >= 1
        await driver.finish()
