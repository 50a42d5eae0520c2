"""The unrolled form of a sequence does what the loops do: same steps, outcomes, status and bytes, whatever the steps answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hwebcore.pipeline.context import ANONYMOUS, Context, User
from hwebcore.pipeline.contract import FINISH, HttpFault, Need, Notification, Outcome, StepResult, Subscription
from hwebcore.pipeline.later import Later
from hwebcore.pipeline.unrolled import WORTH_IT
from hwebcore.plan import ScopeSettings
from tests.support.pipeline_driver import Exchange, MemoryWire, PipelineDriver, Wired, handler, hello, module, native, request, row

N = Notification


def silent(context: Context) -> None:
    return None


def tells(context: Context) -> Outcome:
    return Outcome("CONTINUE", f"at {context.step}")


def fails(context: Context) -> Outcome:
    return context.fail(404, 8, "not here")


def finishes(context: Context) -> Outcome:
    context.completed = True
    return FINISH


def raises(context: Context) -> StepResult:
    raise ValueError("no")


def faults(context: Context) -> StepResult:
    raise HttpFault(503, 2, "later")


def signs_in(context: Context) -> Outcome:
    return context.set_user(User("ada", "Forms"))


def rewrites(context: Context) -> None:
    context.request.path = "/other"


def waits(context: Context) -> Awaitable[Outcome | None]:
    async def answer() -> Outcome | None:
        await asyncio.sleep(0)
        return Outcome("CONTINUE", "waited")

    return answer()


def comes_later(context: Context) -> Later[Outcome | None]:
    later = Later[Outcome | None]()
    later.result = FINISH if context.step in context.sequence.execute else None
    asyncio.get_running_loop().call_soon(later.settle)
    return later


def fails_later(context: Context) -> Later[Outcome | None]:
    later = Later[Outcome | None]()
    later.error = ValueError("no")
    asyncio.get_running_loop().call_soon(later.settle)
    return later


def flushes(context: Context) -> Awaitable[None] | None:
    context.response.write(b"early ")
    return context.flush()


async def fails_behind_a_flush(context: Context) -> Outcome:
    waiting = flushes(context)
    if waiting is not None:
        await waiting
    return context.fail(503, 0, "too late")


def denies(context: Context) -> None:
    context.set_status(401, 2)


def becomes_anonymous(context: Context) -> Outcome | None:
    if context.user is not None:
        return None
    context.user = ANONYMOUS
    return NOBODY


NOBODY = Outcome("CONTINUE", "nobody signed in", None, "")

#: Needs are claims about the step: each of these does nothing unless its need holds.
NEEDY = {
    "no user": (lambda context: context.set_user(User("")) if context.user is None else None, (Need.USER,)),
    "failed": (lambda context: tells(context) if context.response.status >= 400 else None, (Need.FAILED,)),
    "401": (lambda context: tells(context) if context.response.status == 401 else None, (Need.UNAUTHORIZED,)),
    "rewritten": (lambda context: tells(context) if context.request.path is not context.mapped else None, (Need.REWRITTEN,)),
    "never": (silent, ()),
}
PLAIN = [silent, tells, fails, finishes, raises, faults, signs_in, rewrites, waits, comes_later, fails_later, flushes, denies, becomes_anonymous]
IDLE = Outcome("CONTINUE", "nothing to do")
PLACES = [N.BEGIN_REQUEST, N.AUTHENTICATE_REQUEST, N.AUTHORIZE_REQUEST, N.MAP_REQUEST_HANDLER, N.PRE_EXECUTE_REQUEST_HANDLER,
          N.EXECUTE_REQUEST_HANDLER, N.UPDATE_REQUEST_CACHE, N.LOG_REQUEST, N.END_REQUEST, N.SEND_RESPONSE]  # fmt: skip


def _handled(context: Context) -> Outcome:
    return hello(context)


def _declines(context: Context) -> None:
    return None


HANDLERS: list[Callable[[Context], StepResult]] = [
    _handled, _declines, raises, fails, finishes, waits, comes_later, fails_later, flushes, fails_behind_a_flush,
]  # fmt: skip


def subscription(place: Notification, what: object) -> Subscription:
    post = place == N.EXECUTE_REQUEST_HANDLER
    if isinstance(what, str):
        step, needs = NEEDY[what]
        return Subscription(place, step, post=post, needs=needs)
    if what is becomes_anonymous:
        return Subscription(place, becomes_anonymous, post=post, needs=(Need.HAS_USER,), idle=NOBODY, leaves=("user", ANONYMOUS))
    return Subscription(place, what, post=post)  # type: ignore[arg-type]  # a notification by its name


def driver(subscriptions: tuple[Subscription, ...], *executing: Callable[[Context], StepResult]) -> PipelineDriver:
    """Its one row names a module for each of `executing`."""
    handlers = {f"Handler{number}": handler(execute) for number, execute in enumerate(executing)}
    plan = ScopeSettings(modules=(native("M"), *map(native, handlers)), handlers=(row(require_access="None", modules=tuple(handlers)),))
    return PipelineDriver(plan, modules={"M": module(*subscriptions)}, handlers=handlers)


async def run(made: PipelineDriver, unrolled: bool) -> Exchange:
    context = made.host.begin(request(url="/x"), MemoryWire())
    context.sequence.unrolled.runs = WORTH_IT - 1 if unrolled else -1000
    exchange = await made.get("/x")
    assert (context.sequence.unrolled.run is not None) == unrolled
    return exchange


def told(exchange: Exchange) -> object:
    trace = exchange.trace
    events = [(event.notification, event.post, event.module, event.result, event.reason, event.user, event.status) for event in trace.events]
    return events, exchange.status, exchange.wire.sends, trace.set_by, str(exchange.context.error)


@settings(max_examples=60, deadline=None)
@example([(N.SEND_RESPONSE, silent)], [fails_behind_a_flush])
@example([(N.BEGIN_REQUEST, flushes), (N.SEND_RESPONSE, silent)], [_handled])
@given(
    st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from([*PLAIN, *NEEDY])), max_size=8),
    st.lists(st.sampled_from(HANDLERS), min_size=1, max_size=3),
)
def test_both_forms_do_the_same(places: list[tuple[Notification, object]], executing: list[Callable[[Context], StepResult]]) -> None:
    subscriptions = tuple(subscription(place, what) for place, what in places)

    async def both() -> None:
        results = []
        for unrolled in (False, True):
            made = driver((Subscription(N.AUTHENTICATE_REQUEST, lambda context: context.set_user(User(""))), *subscriptions), *executing)
            try:
                results.append(told(await run(made, unrolled)))
            finally:
                made.close()
        assert results[0] == results[1]

    asyncio.run(both())


@pytest.mark.parametrize(("needs", "called"), [((), False), ((Need.USER,), False), ((Need.FAILED,), True), (None, True)])
async def test_a_step_that_needs_nothing_is_not_called_but_stands_in_the_trace(needs: tuple[Need, ...] | None, called: bool) -> None:
    calls: list[int] = []
    subscriptions = (
        Subscription(N.AUTHENTICATE_REQUEST, signs_in),
        Subscription(N.END_REQUEST, lambda context: calls.append(1), needs=needs, idle=IDLE if needs == () else None),
    )
    exchange = await run(driver(subscriptions, denies_whole), True)
    assert bool(calls) == called
    assert "END_REQUEST M" in exchange.steps
    event = next(event for event in exchange.trace.events if event.notification == "END_REQUEST")
    assert event.reason == (IDLE.reason if needs == () else None)


def denies_whole(context: Context) -> Outcome:
    context.set_status(401)
    return FINISH


@pytest.mark.parametrize("before", [(), (Subscription(N.BEGIN_REQUEST, signs_in),)])
async def test_a_step_that_is_left_out_leaves_what_it_would_have_set(before: tuple[Subscription, ...]) -> None:
    exchange = await run(driver((*before, subscription(N.AUTHENTICATE_REQUEST, becomes_anonymous)), _handled), True)
    assert exchange.status == (200, 0)  # also the core's own step, which asks for a user right after, finds one
    assert exchange.context.user is not None
    assert exchange.context.user.name == ("ada" if before else "")


@pytest.mark.parametrize("steps", [("no user", becomes_anonymous), (becomes_anonymous, "no user"), (becomes_anonymous, becomes_anonymous)])
async def test_neighbours_find_what_those_before_them_left_and_nothing_else(steps: tuple[object, ...]) -> None:
    subscriptions = tuple(subscription(N.AUTHENTICATE_REQUEST, step) for step in steps)
    looped, unrolled = [told(await run(driver(subscriptions, _handled), form)) for form in (False, True)]
    assert looped == unrolled


async def test_a_sequence_is_compiled_once_it_ran_often() -> None:
    made = driver((Subscription(N.AUTHENTICATE_REQUEST, signs_in),), hello)
    for _ in range(WORTH_IT - 1):
        exchange = await made.get("/x")
    assert exchange.context.sequence.unrolled.run is None
    before = told(exchange)
    exchange = await made.get("/x")
    assert exchange.context.sequence.unrolled.run is not None
    assert told(exchange) == before


async def test_a_path_that_is_rewritten_is_mapped_anew_in_each_request_that_repeats_a_head() -> None:
    def rewrite(context: Context) -> None:
        assert context.request.path == "/x"
        context.own_request().path, context.user = "/moved", User("")

    def execute(context: Context) -> Outcome:
        context.response.write(f"{context.request.path} {context.mapped} {context.request.headers.get('Host')}".encode())
        return FINISH

    made = driver((Subscription(N.BEGIN_REQUEST, rewrite),), execute)
    try:
        async with Wired(made.host) as wired:
            for _ in range(WORTH_IT + 10):
                status, _, body = await wired.talk(b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
                assert (status, body) == (200, b"/moved /moved a")
    finally:
        made.close()


@pytest.mark.parametrize("unrolled", [False, True])
async def test_what_a_step_offers_holds_from_it_on_until_its_module_releases_it(unrolled: bool) -> None:
    seen: list[object] = []

    def look(context: Context) -> None:
        seen.append(context.offered("thing"))

    made = driver(
        (
            Subscription(N.BEGIN_REQUEST, look),
            Subscription(N.AUTHENTICATE_REQUEST, lambda context: context.set_user(User(""))),
            Subscription(N.ACQUIRE_REQUEST_STATE, _declines, needs=(Need.FAILED,), offers=("thing", 7)),
            Subscription(N.PRE_EXECUTE_REQUEST_HANDLER, look),
            Subscription(N.RELEASE_REQUEST_STATE, _declines, needs=(Need.FAILED,)),
            Subscription(N.LOG_REQUEST, look),
        ),
        _handled,
    )
    try:
        assert (await run(made, unrolled)).status == (200, 0)
    finally:
        made.close()
    assert seen == [None, 7, None]
