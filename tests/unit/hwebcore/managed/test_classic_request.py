"""How Classic's response becomes the native one: head once, chunks as they come, by the row's buffer limit."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.managed_driver import ManagedDriver

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
