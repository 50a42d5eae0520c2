"""Unmodified Django, Flask, FastAPI, Starlette and plain WSGI applications behind the whole program, five pools on one endpoint."""

from __future__ import annotations

import hashlib
import http.client
import json
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.hosted_site import PORT, Hosted, lay_out
from tests.support.program_driver import Page, Program, eventually
from tests.support.websocket_client import WebSocketClient

CONTENT = Path(__file__).parent / "hosted"
THREADS = 3
APPLICATIONS = {
    "/plain": Hosted(
        "plain", "wsgi:plain_site:app", pool_inner=f'<environmentVariables><add name="POOLHOUSE_THREADS" value="{THREADS}" /></environmentVariables>'
    ),
    "/flask": Hosted("flask", "flask_site:app"),
    "/django": Hosted("django", "wsgi:django_site:application"),
    "/later": Hosted("django", "asgi:django_site:asynchronous", pool="django"),
    "/starlette": Hosted("starlette", "starlette_site:app"),
    "/fastapi": Hosted("fastapi", "fastapi_site:app"),
    "/unborn": Hosted("unborn", "unborn_site:app", pool="fastapi"),
}
UPLOAD = b"0123456789abcdef" * (5 << 16)
FORM = (
    b'--edge\r\nContent-Disposition: form-data; name="f"; filename="a.bin"\r\nContent-Type: application/octet-stream\r\n\r\n'
    + UPLOAD
    + b"\r\n--edge--\r\n"
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    folder = tmp_path_factory.mktemp("hosting")
    program = Program(folder, str(lay_out(folder / "made", APPLICATIONS, CONTENT)), ports={PORT: "site"})
    with program.serving():
        yield program


def get(world: Program, path: str, **more: object) -> Page:
    return world.get(path, "site", **more)  # type: ignore[arg-type]  # a wrong keyword fails when it is taken


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/plain/", "plain /plain"),
        ("/flask/", "flask /flask/count"),
        ("/django/", "django /django/count"),
        ("/later/", "django /later/count"),
        ("/starlette/", "starlette /starlette/count of its life"),
        ("/fastapi/", '"fastapi /fastapi/add"'),
    ],
)
def test_a_page_that_knows_where_it_stands(world: Program, path: str, text: str) -> None:
    page = get(world, path)
    assert (page.status, page.text) == (200, text)


@pytest.mark.parametrize("path", ["/flask", "/django", "/later", "/starlette"])
def test_sessions_in_cookies(world: Program, path: str) -> None:
    first = get(world, f"{path}/count")
    cookie = first.headers["set-cookie"].partition(";")[0]
    assert (first.text, get(world, f"{path}/count", headers={"Cookie": cookie}).text) == ("1", "2")


@pytest.mark.parametrize(
    ("path", "place"), [("/flask", "/count"), ("/django", "/count"), ("/later", "/count"), ("/starlette", "/count"), ("/fastapi", "/depends")]
)
def test_redirects_lead_to_the_application(world: Program, path: str, place: str) -> None:
    page = get(world, f"{path}/go")
    assert page.status == 302
    assert re.sub(r"^http://127\.0\.0\.1:\d+", "", page.headers["location"]) == path + place


@pytest.mark.parametrize("path", ["/flask", "/django", "/later"])
def test_a_large_form_is_spooled(world: Program, path: str) -> None:
    page = get(world, f"{path}/upload", method="POST", headers={"Content-Type": "multipart/form-data; boundary=edge"}, body=FORM)
    assert (page.status, page.text) == (200, f"{len(UPLOAD)} {hashlib.sha256(UPLOAD).hexdigest()}")


@pytest.mark.parametrize("path", ["/plain", "/starlette", "/fastapi"])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_large_body(world: Program, path: str, chunked: bool) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", world.ports["site"], timeout=15)
    pieces = (UPLOAD[start : start + 100_000] for start in range(0, len(UPLOAD), 100_000))
    connection.request(
        "POST", f"{path}/upload", pieces if chunked else UPLOAD, encode_chunked=chunked, headers={"Transfer-Encoding": "chunked"} if chunked else {}
    )
    assert connection.getresponse().read().decode().strip('"') == f"{len(UPLOAD)} {hashlib.sha256(UPLOAD).hexdigest()}"
    connection.close()


@pytest.mark.parametrize("path", ["/flask/stream", "/django/stream", "/later/stream", "/starlette/stream", "/fastapi/stream"])
def test_streams(world: Program, path: str) -> None:
    page = get(world, path)
    assert (page.status, page.headers["transfer-encoding"], page.text) == (200, "chunked", f"one {path} two {path} three {path} ")


@pytest.mark.parametrize("path", ["/django", "/later"])
def test_djangos_own_asynchronous_stream(world: Program, path: str) -> None:
    assert get(world, f"{path}/slowly").text == "one two three "


@pytest.mark.parametrize("path", ["/flask", "/django", "/later", "/starlette"])
def test_static_files_by_the_framework(world: Program, path: str) -> None:
    page = get(world, f"{path}/static/a.css")
    assert (page.status, page.headers["content-type"].partition(";")[0], page.text) == (200, "text/css", "body { color: teal }\n")
    assert get(world, f"{path}/static/b.css").status == 404


def test_validation_and_dependencies(world: Program) -> None:
    kind = {"Content-Type": "application/json"}
    assert get(world, "/fastapi/add", method="POST", headers=kind, body=b'{"a": 2, "b": 3}').text == "5"
    assert get(world, "/fastapi/add", method="POST", headers=kind, body=b'{"a": 2}').status == 422
    assert get(world, "/fastapi/depends?w=up").text == '"UP"'


async def test_websockets(world: Program) -> None:
    client = await WebSocketClient.open(world.ports["site"], "/starlette/talk", {"Sec-WebSocket-Protocol": "echo"})
    assert (client.status, client.headers["sec-websocket-protocol"]) == (101, "echo")
    client.send("hello")
    assert await client.message() == "/starlette/talk hello"
    await client.close()
    client = await WebSocketClient.open(world.ports["site"], "/fastapi/talk?w=v")
    client.send("there")
    assert json.loads(await client.message()) == {"w": "v", "heard": "there"}
    assert await client.closing() == (4000, "enough")
    client = await WebSocketClient.open(world.ports["site"], "/starlette/nowhere")
    assert client.status == 403
    await client.leave()


def test_background_tasks_hold_up_no_answer(world: Program) -> None:
    assert get(world, "/starlette/behind").text == "at once"
    done = world.config / "starlette" / "done"
    assert not done.exists()
    (world.config / "starlette" / "go").touch()
    assert eventually(done.exists, "the background task is done")
    assert get(world, "/fastapi/behind").text == '"at once"'
    assert eventually((world.config / "fastapi" / "done").exists, "FastAPI's too")


def slow_reader(world: Program, path: str) -> socket.socket:
    """A client that asks and reads nothing, with room for little."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32768)
    sock.connect(("127.0.0.1", world.ports["site"]))
    sock.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    return sock


@pytest.mark.parametrize(("path", "closed"), [("/plain/stream", "closed"), ("/starlette/many", "left")])
def test_a_slow_reader_holds_the_application_up(world: Program, path: str, closed: str) -> None:
    state = path.rpartition("/")[0] + "/state"
    before = json.loads(get(world, state).text)[closed]
    with slow_reader(world, f"{path}?1000") as sock:
        seen = [-1, 0]

        def standing() -> bool:
            seen.append(json.loads(get(world, state).text)["given"])
            return seen[-1] > 0 and len(set(seen[-5:])) == 1

        eventually(standing, "no more is made than fits")
        assert seen[-1] < 500  # of 1000; what the system's buffers hold is made
        received = 0
        while piece := sock.recv(1 << 20):
            received += len(piece)
    assert received > 1000 * 65536
    assert json.loads(get(world, state).text)["given"] == 1000
    assert json.loads(get(world, state).text)[closed] == before + 1


@pytest.mark.parametrize(("path", "closed"), [("/plain/stream?100000", "closed"), ("/starlette/many?100000", "left")])
def test_a_client_that_leaves_ends_the_making(world: Program, path: str, closed: str) -> None:
    state = path.rpartition("/")[0] + "/state"
    before = json.loads(get(world, state).text)[closed]
    with slow_reader(world, path) as sock:
        sock.recv(100_000)
    assert eventually(lambda: json.loads(get(world, state).text)[closed] == before + 1, "the application let go")
    assert json.loads(get(world, state).text)["given"] < 100_000
    assert not any(word in log_of(world, path.split("/")[1]) for word in ("ClientDisconnect", "ConnectionResetError"))


def test_an_application_that_waits_is_told_of_a_client_that_left(world: Program) -> None:
    before = json.loads(get(world, "/starlette/state").text)["left"]
    with slow_reader(world, "/starlette/waits"):
        eventually((world.config / "starlette" / "waiting").exists, "it waits")
    assert eventually(lambda: json.loads(get(world, "/starlette/state").text)["left"] > before, "it was told")


def log_of(world: Program, pool: str) -> str:
    return "".join(data.decode() for name, data in world.logs().items() if pool in name)


def test_what_is_printed_reaches_the_pools_log_with_nothing_raw(world: Program) -> None:
    assert get(world, "/plain/print").status == 200
    text = eventually(lambda: (found := log_of(world, "plain")) and "told" in found and "printed" in found and found, "the lines")
    assert r"printed \x1b[31mred\x1b[0m \u202e" in text
    assert r"told \x1b]0;title\x07" in text
    assert get(world, "/flask/fails").status == 500
    text = eventually(lambda: (found := log_of(world, "flask")) and "ValueError" in found and found, "the failure")
    assert "\x1b" not in text
    assert "flask_site.py" in text


def test_the_thread_pool_has_the_configured_size(world: Program) -> None:
    inside, answers = world.config / "plain" / "inside", list[int]()
    clients = [threading.Thread(target=lambda: answers.append(get(world, "/plain/wait").status)) for _ in range(THREADS + 2)]
    for client in clients:
        client.start()
    try:
        eventually(lambda: inside.exists() and len(inside.read_text()) == THREADS, "as many as there are threads")
        eventually(lambda: sum(request["pool"] == "plain" for request in world.status()["requests"]) == THREADS + 2, "all are under way")
        assert len(inside.read_text()) == THREADS
    finally:
        (world.config / "plain" / "go").touch()
        for client in clients:
            client.join()
    assert answers == [200] * (THREADS + 2)


def test_an_application_that_cannot_start_fails_alone(world: Program) -> None:
    assert get(world, "/unborn/").status == 500
    assert "no database" in eventually(lambda: (found := log_of(world, "fastapi")) and "no database" in found and found, "the reason")
    assert get(world, "/fastapi/").status == 200


def test_a_recycle_ends_the_lifespan_and_begins_another(world: Program) -> None:
    life, done = world.config / "starlette" / "life", world.config / "starlette" / "done"
    done.unlink(missing_ok=True)
    (world.config / "starlette" / "go").unlink(missing_ok=True)
    assert get(world, "/starlette/behind").status == 200
    assert life.read_text() == "begun"
    assert world.appcmd("recycle", "apppool", "/apppool.name:starlette").code == 0
    eventually(lambda: len(world.pool("starlette")["workers"]) == 2, "the old worker waits for what goes on behind a response")
    (world.config / "starlette" / "go").touch()
    assert eventually(lambda: life.read_text() == "ended", "shut down")
    assert done.exists()
    assert get(world, "/starlette/").status == 200
    assert life.read_text() == "begun"
