"""Starlette: lifespan, sessions, background tasks, streams both ways, static files, WebSockets."""

import asyncio
import contextlib
import hashlib
import pathlib

from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, StreamingResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

HERE = pathlib.Path(__file__).parent
state = {"given": 0, "left": 0}


@contextlib.asynccontextmanager
async def lifespan(app):
    (HERE / "life").write_text("begun")
    yield {"name": "of its life"}
    (HERE / "life").write_text("ended")


class Counted(StreamingResponse):
    async def __call__(self, scope, receive, send):
        try:
            await super().__call__(scope, receive, send)
        finally:
            state["left"] += 1


async def index(request):
    return PlainTextResponse(f"starlette {request.url_for('count').path} {request.state.name}")


async def count(request):
    request.session["n"] = request.session.get("n", 0) + 1
    return PlainTextResponse(str(request.session["n"]))


async def go(request):
    return RedirectResponse(request.url_for("count"), 302)


async def upload(request):
    digest, size = hashlib.sha256(), 0
    async for piece in request.stream():
        digest.update(piece)
        size += len(piece)
    return PlainTextResponse(f"{size} {digest.hexdigest()}")


async def stream(request):
    async def pieces():
        for word in ("one", "two", "three"):
            yield f"{word} {request.url.path} "

    return StreamingResponse(pieces(), media_type="text/plain")


async def many(request):
    async def pieces():
        for _ in range(int(request.url.query)):
            state["given"] += 1
            yield b"x" * 65536

    state["given"] = 0
    return Counted(pieces())


async def waits(request):
    """Until its client is gone."""
    (HERE / "waiting").touch()
    while not await request.is_disconnected():
        await asyncio.sleep(0.01)
    state["left"] += 1
    return PlainTextResponse("nobody reads this")


async def behind(request):
    async def later():
        while not (HERE / "go").exists():
            await asyncio.sleep(0.01)
        (HERE / "done").write_text("done")

    return PlainTextResponse("at once", background=BackgroundTask(later))


async def tell(request):
    return JSONResponse(state)


async def talk(socket):
    await socket.accept(subprotocol="echo" if "echo" in socket.scope["subprotocols"] else None)
    async for text in socket.iter_text():
        await socket.send_text(f"{socket.url.path} {text}")


app = Starlette(
    routes=[
        Route("/", index), Route("/count", count, name="count"), Route("/go", go), Route("/upload", upload, methods=["POST"]),
        Route("/stream", stream), Route("/many", many), Route("/waits", waits), Route("/behind", behind), Route("/state", tell),
        WebSocketRoute("/talk", talk), Mount("/static", StaticFiles(directory=HERE / "static")),
    ],
    middleware=[Middleware(SessionMiddleware, secret_key="for the tests")],
    lifespan=lifespan,
)  # fmt: skip
