"""ManagedPipelineHandler: what it answers the pipeline. The kinds of applications have their own tests."""

from __future__ import annotations

from pathlib import Path

from tests.support.managed_driver import ManagedDriver

FILE = """
class Page:
    def process_request(self, context):
        context.user = "ann"
        context.response.write(context.handler)

class Done:
    def process_request(self, context):
        context.complete_request()
"""


async def test_handled_and_completed(tmp_path: Path) -> None:
    driver = ManagedDriver(
        tmp_path, {"handled_types.py": FILE}, handlers={"done": "handled_types.Done", "bad": "handled_types.Bad", "*": "handled_types.Page"}
    )
    seen = await driver.get("/")
    executed = next(event for event in seen.trace.events if event.notification == "EXECUTE_REQUEST_HANDLER")
    assert (seen.body, executed.result, executed.user) == (b"handled_types.Page", "FINISH_REQUEST", "ann")
    assert (await driver.get("/done")).context.completed
    bad = await driver.get("/bad")
    assert bad.status == (500, 0)
    failed = next(event for event in bad.trace.events if event.notification == "EXECUTE_REQUEST_HANDLER")
    assert failed.reason == "handler handled_types.Bad: handled_types.Bad: module handled_types has no Bad"
    await driver.finish()
