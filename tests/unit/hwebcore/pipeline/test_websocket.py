"""Handshakes as RFC 6455 4.2.1 has them, and what is none."""

from __future__ import annotations

import pytest

from hwebcore.pipeline.context import Headers, Request
from hwebcore.pipeline.websocket import BadHandshake, Handshake, read_handshake
from hwebcore.plan import WebSocketSettings
from tests.support.pipeline_driver import BytesBody, request
from tests.support.websocket_client import ACCEPT, KEY

SETTINGS = WebSocketSettings()
WHOLE = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Key": KEY, "Sec-WebSocket-Version": "13"}


def made(changes: dict[str, str] | None = None, method: str = "GET") -> Request:
    """A request with a whole handshake; a value of "" takes the header out, a blank line in one makes two of it."""
    asked = request(method, "/")
    headers = {**WHOLE, **(changes or {})}
    asked.headers = Headers([(name, one) for name, value in headers.items() if value for one in value.split("\n")])
    return asked


@pytest.mark.parametrize(
    "changes",
    [{}, {"Upgrade": "WebSocket"}, {"Upgrade": "h2c, websocket"}, {"Connection": "keep-alive, upgrade"}, {"Connection": "keep-alive\nUpgrade"}],
)
def test_whole(changes: dict[str, str]) -> None:
    handshake = read_handshake(made(changes), SETTINGS)
    assert handshake == Handshake(KEY, (), SETTINGS)
    assert handshake.accept == ACCEPT


@pytest.mark.parametrize(("value", "names"), [("chat", ("chat",)), ("a, b", ("a", "b")), ("a\nb", ("a", "b"))])
def test_subprotocols_in_order(value: str, names: tuple[str, ...]) -> None:
    handshake = read_handshake(made({"Sec-WebSocket-Protocol": value}), SETTINGS)
    assert handshake is not None
    assert handshake.subprotocols == names


@pytest.mark.parametrize("changes", [{"Upgrade": ""}, {"Upgrade": "h2c"}, {"Upgrade": "websockets"}])
def test_asks_for_none(changes: dict[str, str]) -> None:
    assert read_handshake(made(changes), SETTINGS) is None


def test_http_1_0_has_no_upgrade() -> None:
    old = made()
    old.http_version = "1.0"
    assert read_handshake(old, SETTINGS) is None


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"Connection": ""}, 400),
        ({"Connection": "keep-alive"}, 400),
        ({"Sec-WebSocket-Key": ""}, 400),
        ({"Sec-WebSocket-Key": f"{KEY}\n{KEY}"}, 400),
        ({"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ"}, 400),
        ({"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZR=="}, 400),
        ({"Sec-WebSocket-Key": "c2hvcnQ="}, 400),
        ({"Sec-WebSocket-Version": ""}, 400),
        ({"Sec-WebSocket-Version": "13\n13"}, 400),
        ({"Sec-WebSocket-Version": "8"}, 426),
        ({"Sec-WebSocket-Version": "13, 8"}, 426),
        ({"Sec-WebSocket-Protocol": "a, a"}, 400),
        ({"Sec-WebSocket-Protocol": "a b"}, 400),
        ({"Sec-WebSocket-Protocol": "a,,b"}, 400),
    ],
)
def test_bad(changes: dict[str, str], status: int) -> None:
    with pytest.raises(BadHandshake) as bad:
        read_handshake(made(changes), SETTINGS)
    assert bad.value.status == status


def test_another_method() -> None:
    with pytest.raises(BadHandshake):
        read_handshake(made(method="POST"), SETTINGS)


def test_a_body() -> None:
    asked = made()
    asked.body = BytesBody(b"x")
    with pytest.raises(BadHandshake):
        read_handshake(asked, SETTINGS)
