"""Child requests: where they may go (how they run is in test_pipeline.py)."""

from __future__ import annotations

import pytest

from hwebcore.pipeline.contract import HttpFault
from hwebcore.plan import ScopeSettings
from tests.support.pipeline_driver import MemoryWire, PipelineDriver, handler, hello, native, request, row


@pytest.mark.parametrize(("url", "status"), [("relative", (500, 0)), ("/../x", (500, 0)), ("/other/x", (403, 18))])
async def test_where_a_child_cannot_go(url: str, status: tuple[int, int]) -> None:
    driver = PipelineDriver(ScopeSettings(modules=(native("Handler"),), handlers=(row(),)), modules={}, handlers={"Handler": handler(hello)})
    driver.host.owner = lambda path: None if path.startswith("/other") else driver.host
    with pytest.raises(HttpFault) as caught:
        await driver.host.run_child(driver.host.begin(request(), MemoryWire()), url)
    assert (caught.value.status, caught.value.substatus) == status


async def test_a_child_is_not_described_as_its_parent_was() -> None:
    driver = PipelineDriver(ScopeSettings(modules=(native("Handler"),), handlers=(row(),)), modules={}, handlers={"Handler": handler(hello)})
    parent = (await driver.run(request())).context
    parent.request.described_for = (driver, "the parent")
    child = await driver.host.run_child(parent, "/child")
    assert child.request.described_for is None
