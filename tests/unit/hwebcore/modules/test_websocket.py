"""WebSocketModule in a pipeline: what it reads, refuses, completes, and where it takes no part."""

from __future__ import annotations

from typing import Any

import pytest

from hwebcore.modules.websocket import WebSocketModule
from hwebcore.pipeline.context import Context, User
from hwebcore.pipeline.contract import FINISH, Notification, StepResult, Subscription
from hwebcore.pipeline.websocket import Handshake
from hwebcore.plan import ScopeSettings, WebSocketSettings
from tests.support.pipeline_driver import Exchange, PipelineDriver, handler, module, native, row
from tests.support.websocket_client import ACCEPT, KEY

ASKED = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Key": KEY, "Sec-WebSocket-Version": "13"}
anonymous = module(Subscription(Notification.AUTHENTICATE_REQUEST, lambda context: context.set_user(User(""))))


def accepts(context: Context) -> StepResult:
    if Handshake in context.items:
        context.set_status(101)
    return FINISH


async def ask(headers: dict[str, str] | None, mode: str = "Integrated", times: int = 1, **settings: Any) -> Exchange:
    driver = PipelineDriver(
        ScopeSettings(modules=(native("WebSocketModule"), native("A"), native("Handler")), handlers=(row(),), access_policy=("Read", "Script"), websocket=WebSocketSettings(**settings)),
        modules={"WebSocketModule": WebSocketModule, "A": anonymous}, handlers={"Handler": handler(accepts)}, mode=mode,
    )  # fmt: skip
    try:
        for _ in range(times):
            seen = await driver.get("/", headers=headers)
        return seen
    finally:
        driver.close()


@pytest.mark.parametrize("times", [1, 60])
async def test_a_handshake_is_read_and_its_101_completed(times: int) -> None:
    seen = await ask(ASKED, times=times)  # also where the sequence runs unrolled
    assert seen.status == (101, 0)
    assert seen.context.response.headers.get("Upgrade") == "websocket"
    assert seen.context.response.headers.get("Sec-WebSocket-Accept") == ACCEPT
    assert [event.reason for event in seen.trace.events if event.module == "WebSocketModule"] == ["the request asks for a WebSocket", None]


@pytest.mark.parametrize("times", [1, 60])
@pytest.mark.parametrize("headers", [{}, {"Upgrade": "h2c", "Connection": "Upgrade"}])
async def test_other_requests_pass(headers: dict[str, str], times: int) -> None:
    seen = await ask(headers, times=times)
    assert seen.status == (200, 0)
    assert Handshake not in seen.context.items


async def test_a_bad_handshake_is_400_11() -> None:
    seen = await ask({**ASKED, "Sec-WebSocket-Key": "x"})
    assert seen.status == (400, 11)
    assert "Sec-WebSocket-Key" in (seen.trace.events[-1].reason or seen.trace.events[0].reason or "")


async def test_another_version_is_told_ours() -> None:
    seen = await ask({**ASKED, "Sec-WebSocket-Version": "8"})
    assert seen.status == (426, 0)
    assert (seen.context.response.headers.get("Sec-WebSocket-Version"), seen.context.response.headers.get("Upgrade")) == ("13", "websocket")


@pytest.mark.parametrize(
    ("mode", "settings", "reason"),
    [("Integrated", {"enabled": False}, "webSocket enabled is false"), ("Classic", {}, "a WebSocket requires IIS integrated pipeline mode")],
)
async def test_no_upgrade(mode: str, settings: dict[str, Any], reason: str) -> None:
    seen = await ask({**ASKED, "Sec-WebSocket-Key": "x"}, mode, **settings)
    assert seen.status == (200, 0)
    assert [one.reason for one in seen.trace.skipped if one.module == "WebSocketModule"] == [reason]
