"""An ASGI application with every way to take its process down."""

import ctypes
import os


async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    deed = scope["path"].rpartition("/")[2]
    if deed == "exit":
        os._exit(7)
    if deed == "segfault":
        ctypes.string_at(0)
    while deed == "spin":
        pass
    await send({"type": "http.response.start", "status": 200})
    await send({"type": "http.response.body", "body": str(os.getpid()).encode()})
