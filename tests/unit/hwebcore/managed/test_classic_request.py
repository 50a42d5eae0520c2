"""How Classic's response becomes the native one: head once, chunks as they come, by the row's buffer limit."""

from __future__ import annotations

from pathlib import Path

import pytest

from hwebcore.pipeline.context import Context
from hwebcore.pipeline.contract import FINISH, Outcome
from tests.support.managed_driver import ManagedDriver
from tests.support.pipeline_driver import Wired, handler, row

FILE = """
class Asked:
    async def pre_send_request_headers(self, context):
        import asyncio
        await asyncio.sleep(0)
        context.response.append_header("X-Late", "1")

class Page:
    def process_request(self, context):
        context.response.write("whole")

def stream(environ, start_response):
    start_response("200 OK", [("Content-Length", "6")])
    yield b"one"
    yield b"two"
"""


@pytest.mark.parametrize(("page", "sends"), [("Page", [b"whole", b""]), ("stream", [b"one", b"two", b""])])
async def test_the_response_goes_out_by_the_rows_rules(tmp_path: Path, page: str, sends: list[bytes]) -> None:
    """responseBufferLimit is 0 in the rows of aspnet_isapi.dll: nothing waits for the native pipeline's end (iis-runtime 5.1, 9)."""
    driver = ManagedDriver(
        tmp_path, {"classic_sent.py": FILE}, modules={"Asked": "classic_sent.Asked"}, handlers={"*": f"classic_sent.{page}"}, mode="Classic"
    )
    seen = await driver.get("/")
    assert [data for _, data, _ in seen.wire.sends] == sends
    response = seen.context.response
    assert (response.headers.get_all("X-Late"), response.content_length) == (["1"], len(b"".join(sends)))
    assert [event.notification for event in seen.trace.events].count("PreSendRequestHeaders") == 1
    await driver.finish()


async def test_what_left_before_iis_has_the_request_back_leaves_once(tmp_path: Path) -> None:
    """ASP.NET's head is out by then; of the child's answer the body follows."""

    def static(context: Context) -> Outcome:
        context.response.write(b"picture")
        return FINISH

    text = """
    class Hurries:
        def begin_request(self, context):
            context.response.write("early ")
            return context.response.flush()
    """
    driver = ManagedDriver(
        tmp_path, {"classic_hurries.py": text}, modules={"Hurries": "classic_hurries.Hurries"}, handlers={"*": "System.Web.DefaultHttpHandler"},
        mode="Classic", more_rows=(row("StaticFile", "*", ("Static",), require_access="None"),), native_handlers={"Static": handler(static)},
    )  # fmt: skip
    async with Wired(driver.host) as wired:
        for _ in range(2):
            assert (await wired.talk(b"GET /x.png HTTP/1.1\r\nHost: a\r\n\r\n"))[2] == b"early picture"
    await driver.finish()
