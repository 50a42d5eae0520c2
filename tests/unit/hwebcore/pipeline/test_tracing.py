"""Records as the pipeline writes them: flights while they run, users, outcomes that cannot fill the table."""

from __future__ import annotations

from hwebcore.pipeline.context import Context, User
from hwebcore.pipeline.contract import FINISH, Notification, Outcome, StepResult, Subscription
from hwebcore.plan import ScopeSettings, Source
from tests.support.pipeline_driver import PipelineDriver, Recording, handler, module, native, row


async def test_a_request_is_a_flight_while_it_runs_and_has_its_user() -> None:
    seen: list[str] = []

    def execute(context: Context) -> StepResult:
        seen.extend(flight.url for flight in driver.recording.reader.flights())
        return FINISH

    signed_in = module(Subscription(Notification.AUTHENTICATE_REQUEST, lambda context: context.set_user(User("élodie", "Forms"))))
    settings = ScopeSettings(modules=(native("User"), native("Handler")), handlers=(row(require_access="None"),))
    driver = PipelineDriver(settings, modules={"User": signed_in}, handlers={"Handler": handler(execute)})
    exchange = await driver.get("/x?y")
    assert seen == ["/x?y"]
    assert driver.recording.reader.flights() == []
    assert (exchange.trace.user, exchange.trace.auth_type, exchange.trace.managed_user) == ("élodie", "Forms", None)
    assert exchange.trace.events[0].user == "élodie"


def test_equal_outcomes_share_an_index_and_long_reasons_are_cut() -> None:
    recording = Recording()
    source = Source("f", 1, 1, "")
    first = recording.tracing.outcome(Outcome("ERROR", "x" * 5000, source))
    assert first == recording.tracing.outcome(Outcome("ERROR", "x" * 5000, source))
    assert len(recording.reader.names.get("outcome", first >> 16)["reason"]) < 500


def test_a_full_table_still_tells_result_and_status() -> None:
    recording = Recording()
    tracing = recording.tracing
    tracing.outcome(Outcome("FINISH_REQUEST", None, None, None, 404, 0))
    for number in range(20_001):
        tracing.outcome(Outcome("FINISH_REQUEST", str(number), None, None, 404, 0))
    told = recording.reader.names.get("outcome", tracing.outcome(Outcome("FINISH_REQUEST", "one more", None, None, 404, 0)) >> 16)
    assert (told["result"], told["status"], told["reason"]) == ("FINISH_REQUEST", 404, None)


async def test_a_child_is_no_request_of_its_own() -> None:
    def execute(context: Context) -> StepResult:
        if context.parent is not None:
            return FINISH

        async def ask() -> Outcome:
            await context.application.run_child(context, "/child")
            return FINISH

        return ask()

    settings = ScopeSettings(modules=(native("Handler"),), handlers=(row(require_access="None"),))
    driver = PipelineDriver(settings, handlers={"Handler": handler(execute)})
    await driver.get("/x")
    assert driver.recording.tracing.requests == 1
