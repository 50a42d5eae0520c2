"""A WebSocket client for tests: the handshake by hand, frames by wsproto, and raw bytes where a test wants those.

Knows no server. `await WebSocketClient.open(port, "/x")`, or `over` streams that are there already.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping

from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Event, Ping, Pong, TextMessage

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
#: What RFC 6455 1.3 computes for that key.
ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
WAIT_S = 10.0


def handshake(path: str = "/", headers: Mapping[str, str] | None = None, method: str = "GET", version: str = "1.1") -> bytes:
    """The head; a header with the value "" is left out."""
    wanted = {
        "Host": "localhost", "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Key": KEY, "Sec-WebSocket-Version": "13",
        **(headers or {}),
    }  # fmt: skip
    lines = "".join(f"{name}: {value}\r\n" for name, value in wanted.items() if value)
    return f"{method} {path} HTTP/{version}\r\n{lines}\r\n".encode("latin-1")


class WebSocketClient:
    """`status` and `headers` (names in lower case) are the answer's to the handshake."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.status = 0
        self.headers: dict[str, str] = {}
        self.frames = Connection(ConnectionType.CLIENT)
        self._events: list[Event] = []

    @classmethod
    async def open(cls, port: int, path: str = "/", headers: Mapping[str, str] | None = None) -> WebSocketClient:
        client = cls(*await asyncio.open_connection("127.0.0.1", port))
        await client.ask(handshake(path, headers))
        return client

    async def ask(self, head: bytes) -> None:
        self.writer.write(head)
        lines = (await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), WAIT_S)).decode("latin-1").split("\r\n")
        self.status = int(lines[0].split(" ")[1])
        self.headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:] if line)}

    def send(self, message: str | bytes) -> None:
        self.write(TextMessage(message) if isinstance(message, str) else BytesMessage(message))

    def write(self, event: Event) -> None:
        self.writer.write(bytes(self.frames.send(event)))

    async def event(self) -> Event | None:
        """The next thing that the server says, None at the connection's end."""
        while not self._events:
            data = await asyncio.wait_for(self.reader.read(65536), WAIT_S)
            if not data:
                return None
            self.frames.receive_data(data)
            self._events += self.frames.events()
        return self._events.pop(0)

    async def message(self) -> str | bytes:
        """The next whole message; pings are answered on the way."""
        text, data = "", b""
        while True:
            event = await self.event()
            if isinstance(event, Ping):
                self.write(event.response())
            elif isinstance(event, TextMessage):
                text += event.data
                if event.message_finished:
                    return text
            elif isinstance(event, BytesMessage):
                data += event.data
                if event.message_finished:
                    return data
            elif not isinstance(event, Pong):
                raise AssertionError(f"no message: {event}")

    async def close_frame(self) -> tuple[int, str]:
        """The close frame that the server sends; what comes before it is passed over. It is not answered."""
        while not isinstance(event := await self.event(), CloseConnection):
            assert event is not None, "the connection ended without a close frame"
        return int(event.code), event.reason or ""

    async def closing(self) -> tuple[int, str]:
        """The server's close frame, answered, and the connection's end waited for."""
        code, reason = await self.close_frame()
        with contextlib.suppress(ConnectionError):
            self.write(CloseConnection(code))
            await self.ended()
        return code, reason

    async def close(self, code: int = 1000, reason: str = "") -> tuple[int, str]:
        """Begin the closing handshake; what the server answers."""
        self.write(CloseConnection(code, reason))
        answered = await self.close_frame()
        await self.ended()
        return answered

    async def ended(self) -> None:
        """Wait until the server closed."""
        while await asyncio.wait_for(self.reader.read(65536), WAIT_S):
            pass
        self.writer.close()

    async def leave(self) -> None:
        """Gone without a word."""
        self.writer.close()
        with contextlib.suppress(ConnectionError):
            await self.writer.wait_closed()
