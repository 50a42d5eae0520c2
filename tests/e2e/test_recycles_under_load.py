"""Story: the soak's first scene, small: recycles under kept, fresh and idle connections; nothing is lost, nothing begins too late."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
from pathlib import Path

from hwebcore.client import Client
from tests.support.program_driver import Program
from tests.support.traffic import traffic

WHO = """import asyncio
import os

async def application(scope, receive, send):
    if scope["type"] == "http":
        await asyncio.sleep(float(scope["query_string"] or 0))
        body = str(os.getpid()).encode()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", str(len(body)).encode())]})
        await send({"type": "http.response.body", "body": body})
"""
ROW = '<add name="Who" path="who" verb="GET" type="asgi:who:application" preCondition="integratedMode" />'
RECYCLES = 2
IDLE = 6


async def test_recycles_lose_nothing_and_begin_nothing_late(first_run: Program) -> None:
    site = first_run.config / "sites/integrated"
    (site / "who.py").write_text(WHO)
    first_run.edit(site / "web.config", "<handlers>", f"<handlers>{ROW}")
    port = first_run.ports["integrated"]
    with first_run.serving() as ready:
        client = await Client.connect(Path(ready["control"]))
        idle = [http.client.HTTPConnection("127.0.0.1", port, timeout=20) for _ in range(IDLE)]
        retired: set[bytes] = set()
        async with traffic(port, kept=3, fresh=1) as load:
            await load.more(30)
            patient = asyncio.ensure_future(asyncio.to_thread(_ask_once, port, "/who?2"))
            first = {await asyncio.to_thread(_ask, one) for one in idle}
            assert len(first) == 1
            retired |= first
            for number in range(RECYCLES):
                await client.request("recycle_pool", pool="DefaultAppPool")
                # Said to be done: from here on the old process begins nothing, on whichever connection it is asked.
                answered = {await asyncio.to_thread(_ask, one) for one in idle[number * IDLE // RECYCLES : (number + 1) * IDLE // RECYCLES]}
                answered.add(await asyncio.to_thread(_ask_once, port))
                assert len(answered) == 1, answered
                assert not answered & retired
                retired |= answered
                await load.more(30)
            assert await patient == first.pop()  # what had begun before the first recycle was finished by the process that began it
        await client.close()
        for one in idle:
            one.close()
    assert load.lost == []
    assert load.statuses.keys() == {200}


def _ask(connection: http.client.HTTPConnection, path: str = "/who") -> bytes:
    connection.request("GET", path)
    answer = connection.getresponse()
    assert answer.status == 200
    return answer.read()


def _ask_once(port: int, path: str = "/who") -> bytes:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        return _ask(connection, path)
