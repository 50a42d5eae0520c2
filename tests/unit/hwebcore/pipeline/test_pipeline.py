"""The loop: FINISH, errors, the tail that always runs, SEND_RESPONSE at the first flush, waiting steps, children."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from hwebcore.pipeline.context import Context, User
from hwebcore.pipeline.contract import FINISH, HttpFault, NestedStep, Notification, Outcome, Priority, StepResult, Subscription
from hwebcore.plan import HandlerMapping, ScopeSettings
from tests.support.pipeline_driver import Exchange, MemoryWire, PipelineDriver, handler, hello, module, native, request, row

N = Notification
anonymous = module(Subscription(N.AUTHENTICATE_REQUEST, lambda context: context.set_user(User("")), Priority.LAST))


def silent(context: Context) -> None:
    return None


def driver(
    *subscriptions: Subscription, execute: Callable[[Context], StepResult] = hello, handlers: tuple[HandlerMapping, ...] | None = None
) -> PipelineDriver:
    """A module "M" with the subscriptions, anonymous authentication, and one handler for all."""
    settings = ScopeSettings(
        modules=(native("User"), native("M"), native("Handler")), handlers=handlers if handlers is not None else (row(require_access="None"),)
    )
    return PipelineDriver(settings, modules={"User": anonymous, "M": module(*subscriptions)}, handlers={"Handler": handler(execute)})


def always() -> tuple[Subscription, ...]:
    """Subscriptions to what must always run, and to what a finished request must not reach."""
    after = (N.ACQUIRE_REQUEST_STATE, N.RELEASE_REQUEST_STATE, N.UPDATE_REQUEST_CACHE, N.LOG_REQUEST, N.END_REQUEST, N.SEND_RESPONSE)
    return tuple(Subscription(notification, silent) for notification in after)


TAIL = ["LOG_REQUEST M", "END_REQUEST M", "SEND_RESPONSE M"]


def of_module(exchange: Exchange) -> list[str]:
    return [step for step in exchange.steps if step.endswith(" M") or step.endswith("Handler")]


async def test_a_request_meets_every_notification_in_order() -> None:
    exchange = await driver(*always()).get("/x")
    assert exchange.body == b"Hello"
    assert of_module(exchange) == [
        "ACQUIRE_REQUEST_STATE M",
        "EXECUTE_REQUEST_HANDLER Handler",
        "RELEASE_REQUEST_STATE M",
        "UPDATE_REQUEST_CACHE M",
        *TAIL,
    ]
    assert exchange.trace.set_by == ("iis", "EXECUTE_REQUEST_HANDLER", "Handler")


async def test_finish_skips_to_the_tail_and_says_what_was_missed() -> None:
    exchange = await driver(Subscription(N.BEGIN_REQUEST, lambda context: context.fail(404, 8, "bin is hidden")), *always()).get("/bin/x")
    assert exchange.status == (404, 8)
    assert of_module(exchange) == ["BEGIN_REQUEST M", *TAIL]
    assert exchange.trace.set_by == ("iis", "BEGIN_REQUEST", "M")
    missed = [(one.notification, one.module) for one in exchange.trace.skipped if one.cause == "completed_early"]
    assert ("AUTHENTICATE_REQUEST", "User") in missed
    assert ("EXECUTE_REQUEST_HANDLER", "Handler") in missed
    assert ("LOG_REQUEST", "M") not in missed
    assert {one.reason for one in exchange.trace.skipped if one.cause == "completed_early"} == {"M completed the request in BEGIN_REQUEST"}


async def test_an_exception_is_500_and_drops_what_was_written() -> None:
    def fails(context: Context) -> StepResult:
        context.response.write(b"half")
        raise KeyError("x")

    exchange = await driver(*always(), execute=fails).get("/x")
    assert exchange.status == (500, 0)
    assert exchange.body == b""
    assert of_module(exchange) == ["ACQUIRE_REQUEST_STATE M", "EXECUTE_REQUEST_HANDLER Handler", *TAIL]
    event = next(event for event in exchange.trace.events if event.result == "ERROR")
    assert event.reason == "KeyError: 'x'"


async def test_a_fault_has_its_own_status() -> None:
    def refuses(context: Context) -> StepResult:
        raise HttpFault(413, 1, "too long")

    assert (await driver(execute=refuses).get("/x")).status == (413, 1)


@pytest.mark.parametrize("notification", [N.LOG_REQUEST, N.END_REQUEST])
async def test_log_and_end_cannot_fail_or_finish_a_request(notification: Notification) -> None:
    def fails(context: Context) -> StepResult:
        raise ValueError("late")

    for step in (fails, lambda context: FINISH):
        exchange = await driver(Subscription(notification, step), *always()).get("/x")
        assert exchange.status == (200, 0)
        assert exchange.body == b"Hello"
        assert of_module(exchange)[-4:] == sorted([*TAIL, f"{notification.name} M"], key=lambda step: TAIL.index(step))


async def test_without_a_user_the_core_answers_401_2() -> None:
    settings = ScopeSettings(modules=(native("Handler"),), handlers=(row(),))
    exchange = await PipelineDriver(settings, modules={}, handlers={"Handler": handler(hello)}).get("/x")
    assert exchange.status == (401, 2)
    assert exchange.trace.set_by == ("iis", "AUTHENTICATE_REQUEST", "IIS Web Core")


async def test_steps_may_wait_anywhere() -> None:
    async def later() -> Outcome | None:
        await asyncio.sleep(0)
        return None

    async def answered() -> Outcome | None:
        await asyncio.sleep(0)
        return FINISH

    waiting = tuple(
        Subscription(notification, lambda context: later()) for notification in (N.BEGIN_REQUEST, N.LOG_REQUEST, N.END_REQUEST, N.SEND_RESPONSE)
    )

    def execute(context: Context) -> StepResult:
        context.response.write(b"later")
        return answered()

    exchange = await driver(*waiting, Subscription(N.RELEASE_REQUEST_STATE, silent), execute=execute).get("/x")
    assert exchange.body == b"later"
    assert of_module(exchange) == ["BEGIN_REQUEST M", "EXECUTE_REQUEST_HANDLER Handler", "RELEASE_REQUEST_STATE M", *TAIL]


async def test_a_waiting_step_that_fails_is_500() -> None:
    async def fails() -> Outcome | None:
        await asyncio.sleep(0)
        raise OSError("gone")

    exchange = await driver(Subscription(N.BEGIN_REQUEST, lambda context: fails()), *always()).get("/x")
    assert exchange.status == (500, 0)
    assert of_module(exchange) == ["BEGIN_REQUEST M", *TAIL]


async def test_a_flush_inside_the_handler_raises_send_response_there_and_only_there() -> None:
    def streams(context: Context) -> StepResult:
        context.response.write(b"one")
        assert context.flush() is None
        assert context.response.sent_headers
        context.response.write(b"two")
        return FINISH

    exchange = await driver(*always(), execute=streams).get("/x")
    assert exchange.wire.sends == [(200, b"one", False), (200, b"two", True)]
    assert [step for step in of_module(exchange) if step.startswith("SEND")] == ["SEND_RESPONSE M"]
    execute = next(event for event in exchange.trace.events if event.notification == "EXECUTE_REQUEST_HANDLER")
    send = next(event for event in exchange.trace.events if event.notification == "SEND_RESPONSE")
    assert (execute.depth, send.depth) == (0, 1)
    assert execute.start_us <= send.start_us
    assert send.start_us + send.duration_us <= execute.start_us + execute.duration_us + 0.01


async def test_write_flushes_beyond_the_buffer_limit() -> None:
    def streams(context: Context) -> StepResult:
        for _ in range(4):
            context.write(b"x" * 10)
        return FINISH

    exchange = await driver(execute=streams, handlers=(row(require_access="None", response_buffer_limit=15),)).get("/x")
    assert [len(data) for _, data, _ in exchange.wire.sends] == [20, 20, 0]


async def test_a_handler_that_declines_leaves_it_to_the_next() -> None:
    settings = ScopeSettings(modules=(native("User"), native("A"), native("B")), handlers=(row(modules=("A", "B"), require_access="None"),))
    given = PipelineDriver(settings, modules={"User": anonymous}, handlers={"A": handler(silent), "B": handler(hello)})
    exchange = await given.get("/x")
    assert exchange.body == b"Hello"
    assert not [one for one in exchange.trace.skipped if one.cause == "completed_early"]


async def test_a_completed_request_skips_what_follows_the_handler() -> None:
    def completes(context: Context) -> StepResult:
        context.completed = True
        return FINISH

    assert of_module(await driver(*always(), execute=completes).get("/x"))[1:] == ["EXECUTE_REQUEST_HANDLER Handler", *TAIL]


async def test_a_rewritten_url_changes_the_handler_and_nothing_else() -> None:
    def rewrite(context: Context) -> None:
        context.request.path = "/b.two"

    def tells(context: Context) -> StepResult:
        context.response.write(context.handler.name.encode() if context.handler else b"none")
        return FINISH

    rows = (row("One", "*.one", require_access="None"), row("Two", "*.two", require_access="None"))
    exchange = await driver(Subscription(N.BEGIN_REQUEST, rewrite), execute=tells, handlers=rows).get("/a.one")
    assert exchange.body == b"Two"
    assert (exchange.trace.tentative_handler, exchange.trace.handler) == ("One", "Two")


async def test_a_child_runs_its_own_sequence_into_the_parents_response() -> None:
    def execute(context: Context) -> StepResult:
        if context.request.path == "/dir/index":
            return hello(context)

        async def child() -> Outcome | None:
            made = await context.application.run_child(context, "/dir/index?x=1")
            assert made.request.query_string == "x=1"
            return FINISH

        return child()

    exchange = await driver(*always(), execute=execute).get("/dir/")
    assert exchange.body == b"Hello"
    assert exchange.trace.set_by == ("iis", "EXECUTE_REQUEST_HANDLER", "Handler")
    (child,) = exchange.trace.children
    assert (child.url, child.parent) == ("/dir/index", exchange.trace.number)
    notifications = [event.notification for event in child.events if event.module == "M"]
    assert "END_REQUEST" in notifications
    assert "SEND_RESPONSE" not in notifications  # it is the parent's


async def test_children_have_a_bottom() -> None:
    def execute(context: Context) -> StepResult:
        async def child() -> Outcome | None:
            await context.application.run_child(context, "/again")
            return FINISH

        return child()

    assert (await driver(execute=execute).get("/again")).status == (500, 0)


async def test_nested_steps_are_recorded_inside_the_handler() -> None:
    class Isapi:
        def __init__(self, mapping: object, settings: object, host: object) -> None:
            pass

        def nested_steps(self) -> tuple[NestedStep, ...]:
            return (NestedStep("BeginRequest", False, "Stamp", "managed"), NestedStep("EndRequest", False, "Stamp", "managed"))

        def execute(self, context: Context) -> StepResult:
            start = context.sequence.nested_start
            for index in (start, start + 1):
                context.pipeline.begin(index)
                context.pipeline.mark(index)
            return FINISH

    settings = ScopeSettings(modules=(native("User"), native("IsapiModule")), handlers=(row(modules=("IsapiModule",), require_access="None"),))
    exchange = await PipelineDriver(settings, modules={"User": anonymous}, handlers={"IsapiModule": Isapi}, mode="Classic").get("/x")
    told = [(event.pipeline, event.notification, event.depth) for event in exchange.trace.events if event.kind != "core"][1:]
    assert told == [("iis", "EXECUTE_REQUEST_HANDLER", 0), ("aspnet", "BeginRequest", 1), ("aspnet", "EndRequest", 1)]


async def test_callbacks_after_the_response_see_its_final_bytes() -> None:
    seen: list[int] = []

    def subscribe(context: Context) -> None:
        context.on_sent(lambda context: seen.append(context.response.bytes_sent))
        context.on_sent(lambda context: 1 / 0)

    given = driver(Subscription(N.SEND_RESPONSE, subscribe))
    exchange = await given.get("/x")
    assert seen == [5]
    assert exchange.status == (200, 0)
    assert "ZeroDivisionError" in given.log[0]


async def test_read_entity_and_map_path_are_raised_where_they_happen() -> None:
    async def reads(context: Context) -> Outcome | None:
        context.response.write(await context.read_entity())
        return FINISH

    given = driver(Subscription(N.READ_ENTITY, silent), Subscription(N.MAP_PATH, silent), execute=lambda context: reads(context))
    exchange = await given.get("/x", "POST", body=b"data")
    assert exchange.body == b"data"
    depths = {event.notification: event.depth for event in exchange.trace.events if event.module == "M"}
    assert depths == {"READ_ENTITY": 1, "MAP_PATH": 1}


@pytest.mark.parametrize("waits", [False, True])
async def test_the_record_is_written_though_the_response_cannot_be_sent(waits: bool) -> None:
    """A file that cannot be read any more: the request is over, and none under way any longer."""

    async def breaks() -> None:
        raise OSError(5, "Input/output error")

    class BrokenWire(MemoryWire):
        def send(self, context: Context, last: bool) -> Awaitable[None] | None:
            if waits:
                return breaks()
            raise OSError(5, "Input/output error")

    given = PipelineDriver(ScopeSettings(modules=(native("Handler"),), handlers=(row(),)), modules={}, handlers={"Handler": handler(hello)})
    context = given.host.begin(request(), BrokenWire())

    async def run() -> None:
        waiting = given.host.pipeline.run(context)
        if waiting is not None:
            await waiting

    with pytest.raises(OSError, match="Input/output"):
        await run()
    assert len(given.recording.traces()) == 1
    given.close()
