"""Story: while a pool changes its mode, connections stand in every state that a connection can be in: each gets its answer."""

from __future__ import annotations

import asyncio
import functools

from tests.support.program_driver import Program, eventually
from tests.support.server_driver import HttpClient

#: GET waits for a file; POST answers with what it was sent.
HELD = """import asyncio, os

async def application(scope, receive, send):
    body = b""
    if scope["method"] == "POST":
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
    else:
        while not os.path.exists(os.path.join(os.path.dirname(__file__), "go.txt")):
            await asyncio.sleep(0.01)
        body = b"held"
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})
"""
ROW = '<add name="Held" path="held" verb="GET,POST" type="asgi:held:application" preCondition="integratedMode" />'


async def test_every_connection_gets_its_answer_over_a_toggle(first_run: Program) -> None:
    site, port = first_run.config / "sites/integrated", first_run.ports["integrated"]
    (site / "held.py").write_text(HELD)
    first_run.edit(site / "web.config", "<handlers>", f"<handlers>{ROW}")
    with first_run.serving():
        assert (await asyncio.to_thread(first_run.get, "/hello")).status == 200
        working, sending, idle, beginning, many = [await HttpClient.open(port) for _ in range(5)]
        for client in (sending, idle, beginning, many):
            assert await client.get("/hello") == (200, "Hello")
        await working.send(b"GET /held HTTP/1.1\r\nHost: x\r\n\r\n")
        await sending.send(b"POST /held HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nfirst")
        await beginning.send(b"GET /hello HTT")
        await many.send(b"GET /held HTTP/1.1\r\nHost: x\r\n\r\nGET /hello HTTP/1.1\r\nHost: x\r\n\r\nGET /hello HTTP/1.1\r\nHo")
        await _until_in_flight(first_run)

        first_run.edit(first_run.server_file, 'managedPipelineMode="Integrated"', 'managedPipelineMode="Classic"')
        await asyncio.to_thread(eventually, lambda: "x-stamp" not in first_run.get("/poolhouse.svg").headers, "Classic serves")
        assert await idle.get("/hello") == (200, "Hello")
        await beginning.send(b"P/1.1\r\nHost: x\r\n\r\n")
        assert await _answer(beginning) == (200, "Hello")
        await sending.send(b"rest!")
        assert await _answer(sending) == (200, "firstrest!")
        (site / "go.txt").write_text("go")
        assert await _answer(working) == (200, "held")
        assert await _answer(many) == (200, "held")
        assert await _answer(many) == (200, "Hello")
        await many.send(b"st: x\r\n\r\n")
        assert await _answer(many) == (200, "Hello")
        for client in (working, sending, idle, beginning, many):
            assert await client.get("/hello") == (200, "Hello"), "the same connection, in the other mode"
            await client.close()
        await asyncio.to_thread(eventually, functools.partial(_one_worker, first_run), "the drained worker has ended")
        assert first_run.pool("DefaultAppPool")["failures"] == 0


async def _answer(client: HttpClient) -> tuple[int, str]:
    async with asyncio.timeout(10):
        return await client.answer()


async def _until_in_flight(program: Program) -> None:
    """A request of our own, answered after the others were sent: the worker has read what came before it."""
    client = await HttpClient.open(program.ports["integrated"])
    for _ in range(3):
        assert (await client.get("/hello"))[0] == 200
    await client.close()


def _one_worker(program: Program) -> bool:
    return [worker["state"] for worker in program.pool("DefaultAppPool")["workers"]] == ["running"]
