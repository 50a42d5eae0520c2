"""FastAPI: validated bodies, dependencies, sync endpoints on threads, background tasks, WebSockets."""

import hashlib
import pathlib
from typing import Annotated

from fastapi import BackgroundTasks, Depends, FastAPI, Request, WebSocket
from fastapi.responses import RedirectResponse, StreamingResponse
from pydantic import BaseModel

HERE = pathlib.Path(__file__).parent
app = FastAPI()


class Sum(BaseModel):
    a: int
    b: int


@app.get("/")
def index(request: Request):
    return f"fastapi {request.url_for('add').path}"


@app.post("/add")
async def add(terms: Sum):
    return terms.a + terms.b


async def word(w: str = "none"):
    return w.upper()


@app.get("/depends")
async def depends(w: Annotated[str, Depends(word)]):
    return w


@app.get("/go")
async def go(request: Request):
    return RedirectResponse(request.url_for("depends"), 302)


@app.post("/upload")
async def upload(request: Request):
    body = await request.body()
    return f"{len(body)} {hashlib.sha256(body).hexdigest()}"


@app.get("/stream")
def stream(request: Request):
    return StreamingResponse((f"{each} {request.url.path} " for each in ("one", "two", "three")), media_type="text/plain")


@app.get("/behind")
async def behind(tasks: BackgroundTasks):
    tasks.add_task((HERE / "done").write_text, "done")
    return "at once"


@app.websocket("/talk")
async def talk(socket: WebSocket, w: str = ""):
    await socket.accept()
    await socket.send_json({"w": w, "heard": await socket.receive_text()})
    await socket.close(4000, "enough")
