"""An ASGI application: tells the time, and with ?ticks=N goes on telling it, N times, five a second."""

import asyncio
import datetime
from urllib.parse import parse_qs

MOST_TICKS = 600


async def application(scope, receive, send):
    if scope["type"] == "lifespan":
        await lifespan(receive, send)
        return
    if scope["type"] != "http":
        raise ValueError(f"this application speaks http, not {scope['type']}")
    asked = parse_qs(scope["query_string"].decode("ascii", "replace")).get("ticks", ["1"])[0]
    ticks = min(int(asked), MOST_TICKS) if asked.isascii() and asked.isdigit() else 1
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain; charset=utf-8")]})
    for tick in range(ticks):
        if tick:
            await asyncio.sleep(0.2)
        now = datetime.datetime.now().isoformat(sep=" ", timespec="milliseconds")
        await send({"type": "http.response.body", "body": f"{now}\n".encode(), "more_body": True})
    await send({"type": "http.response.body"})


async def lifespan(receive, send):
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
