"""Classic's list without loops does what the loops do: same steps, outcomes, status and bytes, whatever modules and pages answer.

And so it does whether ASP.NET's response is the native one or one of its own.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hwebcore.managed.classic import ClassicPipeline
from hwebcore.pipeline.context import Context, User
from hwebcore.pipeline.contract import MANAGED_EVENTS, Notification, StepResult, Subscription
from hwebcore.plan import ManagedSettings
from tests.support.managed_driver import ManagedDriver
from tests.support.pipeline_driver import Exchange, MemoryWire, module, request

FILE = """
import asyncio

def silent(context): pass
def writes(context): context.response.write("written ")
def denies(context): context.response.status = 401
def completes(context): context.complete_request()
def signs_in(context): context.user = "ann"
def raises(context): raise ValueError("no")
def leaves(context): raise SystemExit(3)
def forgives(context): context.clear_error()
def rewrites(context): context.rewrite_path("/other")
def remembers(context):
    if context.session is not None:
        context.session["seen"] = 1
def tags(context): context.response.append_header("content-type", "text/odd")
def flushes(context):
    context.response.write("early ")
    return context.response.flush()
def filters(context):
    if not context.response.headers_sent:
        context.response.add_filter(Upper())
async def waits(context): await asyncio.sleep(0)

class Upper:
    def feed(self, data): return data.upper()
    def finish(self): return b"!"

ACTS = (silent, writes, denies, completes, signs_in, raises, leaves, forgives, rewrites, remembers, tags, flushes, filters, waits)

def module(chosen):
    def method(number):
        return lambda self, context: ACTS[number](context)
    return type("Module", (), {name: method(number) for name, number in chosen.items()})

class Page:
    def __init__(self): self.number = 0
    def process_request(self, context):
        context.response.content_type = "text/plain"
        context.response.write("page")
"""
ACTS = FILE[FILE.index("ACTS = (") + 8 :].partition(")")[0].split(", ")


def says_status(context: Context) -> StepResult:
    """What a native module set is a part of its own in the native response: ASP.NET's is another then."""
    context.set_status(200)
    return context.set_user(User(""))


SAYS_STATUS = module(Subscription(Notification.AUTHENTICATE_REQUEST, says_status))
EVENTS = [name for name in MANAGED_EVENTS if name not in ("map_request_handler", "log_request", "post_log_request")]


async def run(folder: Path, chosen: tuple[dict[str, int], ...], page: int, mode: str, unrolled: bool, own: bool) -> list[object]:
    text = FILE + "".join(f"\nModule{number} = module({events!r})" for number, events in enumerate(chosen))
    text += f"\nclass Handler(Page):\n    def process_request(self, context):\n        super().process_request(context)\n        return ACTS[{page}](context)\n"
    ours = {"Forms": "System.Web.Security.FormsAuthenticationModule", "Url": "System.Web.Security.UrlAuthorizationModule",
            "Session": "System.Web.SessionState.SessionStateModule"}  # fmt: skip
    driver = ManagedDriver(
        folder, {"classic_both.py": text}, mode="Classic", settings=ManagedSettings(authentication_mode=mode),  # type: ignore[arg-type]  # one of the modes, as a str
        modules={**ours, **{f"M{number}": f"classic_both.Module{number}" for number in range(len(chosen))}}, handlers={"*": "classic_both.Handler"},
        native={"Anonymous": SAYS_STATUS} if own else None,
    )  # fmt: skip
    seen: list[object] = []
    try:
        worth_it = 1 if unrolled else 1000
        with patch("hwebcore.managed.classic.WORTH_IT", worth_it), patch("hwebcore.pipeline.pipeline.WORTH_IT", worth_it):
            for headers in ({}, {}, {"Cookie": "a=1"}, {}):
                seen.append(_told(await driver.get("/page", headers=headers)))
        (steps,) = _pipeline(driver)._steps.values()
        assert (steps.unrolled is not None) == (unrolled and any(row.call is not None for row in steps.runs))
    finally:
        await driver.finish()
    return seen


def _pipeline(driver: ManagedDriver) -> ClassicPipeline:
    driver.host.begin(request(url="/page"), MemoryWire())  # type: ignore[arg-type]  # makes its handler
    (found,) = {id(one): one for one in driver.host._builder._handlers.values()}.values()
    classic: ClassicPipeline = found._classic
    return classic


def _told(seen: Exchange) -> object:
    trace, response = seen.trace, seen.context.response
    names = [name for name, _ in response.headers.items]  # a session's id is another each time
    sends = [(data, last) for _, data, last in seen.wire.sends]
    events = [(one.pipeline, one.notification, one.post, one.module, one.result, one.reason, one.user, one.status) for one in trace.events]
    return (
        events,
        trace.user,
        trace.managed_user,
        trace.set_by,
        seen.status,
        sends,
        names,
        response.headers.get("Content-Type"),
        str(seen.context.error),
    )


@settings(max_examples=30, deadline=None)
@example([{"begin_request": ACTS.index("flushes"), "pre_send_request_headers": ACTS.index("waits")}], 0, "None")
@given(
    st.lists(st.dictionaries(st.sampled_from(EVENTS), st.integers(0, len(ACTS) - 1), max_size=3), min_size=1, max_size=2),
    st.integers(0, len(ACTS) - 1), st.sampled_from(["None", "Forms"]),
)  # fmt: skip
def test_all_forms_do_the_same(tmp_path_factory: pytest.TempPathFactory, chosen: list[dict[str, int]], page: int, mode: str) -> None:
    async def all_forms() -> None:
        folder = tmp_path_factory.mktemp("classic")
        results = [await run(folder, tuple(chosen), page, mode, unrolled, own) for unrolled, own in ((False, False), (True, False), (True, True))]
        assert results[0] == results[1] == results[2]

    asyncio.run(all_forms())
