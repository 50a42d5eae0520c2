"""What runs a type: classes made once; what is no handler says so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hwebcore.handlers.asgi import AsgiExecutor
from hwebcore.handlers.wsgi import WsgiExecutor
from hwebcore.managed.application import ManagedApplication, managed_application
from hwebcore.managed.execution import ClassExecutor, executor
from hwebcore.worker.loader import LoadFailed
from tests.support.managed_driver import ManagedDriver

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
