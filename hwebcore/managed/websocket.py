"""One WebSocket of an ASGI application: its messages, from the handshake that it accepts or denies to the close code.

Knows neither frames nor the application. handlers/asgi.py makes one of a request whose handshake WebSocketModule has read;
pipeline/websocket.py says what the connection is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Coroutine
from typing import Any, Protocol

from hwebcore.managed.context import ManagedContext
from hwebcore.managed.lifespan import Message
from hwebcore.managed.response import HOP_BY_HOP
from hwebcore.pipeline.websocket import ABNORMAL, INTERNAL_ERROR, NORMAL, Closed, Handshake, WebSocket

#: "websocket.http.response.start" and ".body": the denial response extension.
_DENIAL = "websocket."


class Denial(Protocol):
    """The HTTP answer in place of a WebSocket: an exchange of messages of its own."""

    @property
    def complete(self) -> asyncio.Future[None]: ...

    def send(self, message: Message) -> Coroutine[Any, Any, None]: ...

    def returned(self, task: asyncio.Task[None]) -> None: ...


class WebSocketExchange:
    """`complete` is done when the connection is gone, or when a denial is whole; it holds why the application failed."""

    def __init__(self, managed: ManagedContext, handshake: Handshake, denial: Denial) -> None:
        self._managed = managed
        self._handshake = handshake
        self._denial = denial
        self._told = False
        self._socket: WebSocket | None = None
        self._failure: BaseException | None = None
        loop = asyncio.get_running_loop()
        self.complete: asyncio.Future[None] = loop.create_future()
        #: It was accepted, denied, or the client left before.
        self._decided: asyncio.Future[None] = loop.create_future()
        denial.complete.add_done_callback(self._denied)
        managed.native.wire.when_gone(self._decide)

    def add_to(self, scope: dict[str, Any]) -> None:
        """What a WebSocket's scope has in place of a request's."""
        scope["type"] = "websocket"
        scope["scheme"] = "wss" if scope["scheme"] == "https" else "ws"
        scope["subprotocols"] = list(self._handshake.subprotocols)
        scope["extensions"]["websocket.http.response"] = {}
        del scope["method"]

    async def receive(self) -> Message:
        if not self._told:
            self._told = True
            return {"type": "websocket.connect"}
        if self._socket is None:
            await asyncio.wait((self._decided,))
        if self._socket is None:
            return {"type": "websocket.disconnect", "code": ABNORMAL, "reason": ""}
        message = await self._socket.receive()
        if isinstance(message, Closed):
            return {"type": "websocket.disconnect", "code": message.code, "reason": message.reason}
        return {"type": "websocket.receive", "text" if isinstance(message, str) else "bytes": message}

    async def send(self, message: Message) -> None:
        kind = message["type"]
        if self._socket is not None:
            waiting = self._send(self._socket, kind, message)
            if waiting is not None:
                await waiting
        elif self._managed.native.wire.gone:
            raise ConnectionResetError("the client is gone")
        elif kind == "websocket.accept":
            await self._accept(message)
        elif kind == "websocket.close":
            await self._denial.send({"type": "http.response.start", "status": 403, "headers": ()})
            await self._denial.send({"type": "http.response.body"})
        elif kind.startswith(_DENIAL + "http.response."):
            await self._denial.send({**message, "type": kind.removeprefix(_DENIAL)})
        else:
            raise RuntimeError(f"{kind} came before websocket.accept")

    def _send(self, socket: WebSocket, kind: str, message: Message) -> Awaitable[None] | None:
        if kind == "websocket.send":
            text = message.get("text")
            data = message.get("bytes") if text is None else text
            if data is None:
                raise RuntimeError("websocket.send has neither bytes nor text")
            return socket.send(data if isinstance(data, str) else bytes(data))
        if kind != "websocket.close":
            raise RuntimeError(f"{kind} is no message of an open WebSocket")
        code = message.get("code")
        socket.close(NORMAL if code is None else int(code), message.get("reason") or "")
        return None

    async def _accept(self, message: Message) -> None:
        native = self._managed.native
        response = native.response
        subprotocol = message.get("subprotocol")
        if subprotocol is not None and subprotocol not in self._handshake.subprotocols:
            raise RuntimeError(f"the client offered no subprotocol {subprotocol!r}")
        for name, value in message.get("headers") or ():
            text = bytes(name).decode("latin-1")
            if text.lower().startswith("sec-websocket-"):
                raise RuntimeError(f"{text} is the server's: a subprotocol is accepted by its own key")
            if text.lower() not in HOP_BY_HOP and text.lower() != "content-length":
                response.headers.append(text, bytes(value).decode("latin-1"))
        native.set_status(101)
        response.suppress_custom_errors = True
        if subprotocol is not None:
            response.headers.set("Sec-WebSocket-Protocol", subprotocol)
        waiting = self._managed.response.flush()
        if waiting is not None:
            await waiting
        if native.wire.gone:
            raise ConnectionResetError("the client is gone")
        if response.status != 101:
            raise RuntimeError(f"a module answered {response.status} in place of the accepted WebSocket")
        self._socket = native.wire.upgrade(native, self._handshake.settings)
        self._socket.closed.add_done_callback(self._closed)
        self._decide()

    def returned(self, task: asyncio.Task[None]) -> None:
        """The application's call ended: what it left open is closed."""
        if self.complete.done():
            return
        if self._socket is None:
            if self._decided.done() and not self._denial.complete.done():
                self._left()
            else:
                self._denial.returned(task)
            return
        self._failure = RuntimeError("the application's task was cancelled") if task.cancelled() else task.exception()
        self._socket.close(NORMAL if self._failure is None else INTERNAL_ERROR)

    def _left(self) -> None:
        """The client did not wait for the answer: nobody hears one, the record says why (sc-win32-status 64)."""
        native = self._managed.native
        native.set_status(400)
        native.error = ConnectionResetError("the client is gone")
        self._closed(self._decided)

    def _closed(self, _: asyncio.Future[None]) -> None:
        if self.complete.done():
            return
        if self._failure is not None:
            self.complete.set_exception(self._failure)
        else:
            self.complete.set_result(None)

    def _denied(self, denial: asyncio.Future[None]) -> None:
        self._decide()
        self._failure = None if denial.cancelled() else denial.exception()
        self._closed(denial)

    def _decide(self) -> None:
        if not self._decided.done():
            self._decided.set_result(None)
