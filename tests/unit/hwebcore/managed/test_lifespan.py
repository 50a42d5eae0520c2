"""The lifespan's own rules; requests that wait for it are in handlers/test_asgi.py."""

from __future__ import annotations

import contextvars
from types import SimpleNamespace
from typing import Any

import pytest

from hwebcore.managed.lifespan import Lifespan, LifespanFailed


def made(application: Any) -> tuple[Lifespan, list[str], list[Any]]:
    log, stopping = list[str](), list[Any]()
    owner: Any = SimpleNamespace(new_scope=contextvars.Context, host=SimpleNamespace(log=log.append, on_stop=stopping.append))
    return Lifespan(owner, application, "app"), log, stopping


async def test_an_application_without_lifespan_runs_without_one() -> None:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "http"

    lifespan, log, _ = made(application)
    await lifespan.start()
    assert (lifespan.started, log) == (True, [])
    await lifespan.stop()


async def test_messages_that_are_none_of_a_lifespans_are_refused() -> None:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start"})

    lifespan, _, _ = made(application)
    await lifespan.start()
    assert lifespan.started


async def test_start_happens_once_and_failure_stays() -> None:
    calls = list[str]()

    async def application(scope: Any, receive: Any, send: Any) -> None:
        calls.append((await receive())["type"])
        await send({"type": "lifespan.startup.failed", "message": "no database"})

    lifespan, _, stopping = made(application)
    for _ in range(2):
        with pytest.raises(LifespanFailed, match="no database"):
            await lifespan.start()
    assert (calls, len(stopping)) == (["lifespan.startup"], 1)


async def test_a_failure_after_the_start_is_logged() -> None:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        raise ValueError("while closing")

    lifespan, log, _ = made(application)
    await lifespan.start()
    await lifespan.stop()
    assert any("while closing" in line for line in log)
