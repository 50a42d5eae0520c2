"""Classic's managed pipeline: the fixed list, early ends, two identities, what is Integrated's only, the way back to IIS."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from hwebcore.pipeline.context import Context, User
from hwebcore.pipeline.contract import FINISH, Notification, Outcome, StepResult, Subscription
from tests.support.managed_driver import ManagedDriver
from tests.support.pipeline_driver import handler, module, row

EVENTS = """
    seen = []

    NAMES = (
        "begin_request", "authenticate_request", "post_authenticate_request", "authorize_request", "post_authorize_request",
        "resolve_request_cache", "post_resolve_request_cache", "post_map_request_handler", "acquire_request_state",
        "post_acquire_request_state", "pre_request_handler_execute", "post_request_handler_execute", "release_request_state",
        "post_release_request_state", "update_request_cache", "post_update_request_cache", "end_request", "pre_send_request_headers",
    )

    def recorder(name):
        def method(self, context):
            seen.append(name)
        return method

    Recorder = type("Recorder", (), {name: recorder(name) for name in NAMES})

    class Completes(Recorder):
        def begin_request(self, context):
            context.complete_request()

    class Fails(Recorder):
        def begin_request(self, context):
            raise KeyError("lost")

        def end_request(self, context):
            seen.append(f"end_request {context.response.status} {type(context.error).__name__}")
            context.response.write("lost")

    class Forgives(Fails):
        def end_request(self, context):
            context.clear_error()
            context.response.write("forgiven")

    class Logs:
        def log_request(self, context):
            pass

    class Signs:
        def authenticate_request(self, context):
            context.user = "ann"

    class Page:
        def process_request(self, context):
            seen.append("handler")
            context.response.append_header("X-Page", "1")
            context.response.write(f"user={context.user.name!r} LOGON_USER={context.request.server_variables['LOGON_USER']!r}")

    class Signing:
        def process_request(self, context):
            context.user = "bob"

    class Later:
        async def process_request(self, context):
            context.user = "bob"

    class Modern:
        def process_request(self, context):
            tries = (
                lambda: context.response.headers,
                lambda: context.response.sub_status,
                lambda: setattr(context.response, "sub_status", 1),
                lambda: context.request.headers.__setitem__("X", "1"),
                lambda: context.request.server_variables.__setitem__("X", "1"),
                lambda: context.current_notification,
                lambda: context.is_post_notification,
            )
            refused = 0
            for attempt in tries:
                try:
                    attempt()
                except RuntimeError as error:
                    refused += "requires IIS integrated pipeline mode" in str(error)
            context.response.write(f"{refused} of {len(tries)}")

    class Tags:
        def begin_request(self, context):
            context.response.append_header("X-Tag", "1")

    class Upper:
        def feed(self, data):
            return data.upper()

        def finish(self):
            return b"!"

    class Filtered:
        def process_request(self, context):
            context.response.add_filter(Upper())
            context.response.write("quiet")
"""

LIST = [
    "ValidateRequest", "ValidatePath", "BeginRequest", "AuthenticateRequest", "DefaultAuthentication", "post AuthenticateRequest", "AuthorizeRequest",
    "post AuthorizeRequest", "ResolveRequestCache", "post ResolveRequestCache", "MapHandler", "post MapRequestHandler", "AcquireRequestState",
    "post AcquireRequestState", "PreRequestHandlerExecute", "CallHandler", "post RequestHandlerExecute", "ReleaseRequestState",
    "post ReleaseRequestState", "CallFilter", "UpdateRequestCache", "post UpdateRequestCache", "EndRequest", "PreSendRequestHeaders",
]  # fmt: skip

Make = Callable[..., ManagedDriver]


@pytest.fixture
async def make(tmp_path: Path) -> AsyncIterator[Make]:
    made: list[ManagedDriver] = []

    def build(*modules: str, page: str = "Page", path: str = "*", **more: Any) -> ManagedDriver:
        named = {name: f"classic_events.{name}" for name in modules}
        kinds = {path: page if "." in page else f"classic_events.{page}"}
        made.append(ManagedDriver(tmp_path, {"classic_events.py": EVENTS}, modules=named, handlers=kinds, mode="Classic", **more))
        return made[-1]

    yield build
    for driver in made:
        await driver.finish()


def events() -> Any:
    import classic_events  # type: ignore[import-not-found]  # written by the test, and found at run time

    return classic_events


def aspnet(seen: Any) -> list[str]:
    return [f"{'post ' if event.post else ''}{event.notification}" for event in seen.trace.events if event.pipeline == "aspnet"]


async def test_the_fixed_list(make: Make) -> None:
    """iis-runtime 5.1, step 6: no MapRequestHandler, LogRequest or PostLogRequest."""
    seen = await make("Recorder").get("/")
    assert aspnet(seen) == LIST
    expected = list(events().NAMES)
    expected.insert(expected.index("post_request_handler_execute"), "handler")
    assert events().seen == expected


async def test_it_runs_inside_one_native_notification(make: Make) -> None:
    """iis-runtime 11, G: native steps before and after, the managed list inside EXECUTE_REQUEST_HANDLER."""
    seen = await make("Recorder").get("/")
    depths = {(event.pipeline, event.depth) for event in seen.trace.events}
    assert ("aspnet", 1) in depths
    assert [event.notification for event in seen.trace.events if event.pipeline == "iis" and event.module == "IsapiModule"] == [
        "EXECUTE_REQUEST_HANDLER"
    ]
    called = next(event for event in seen.trace.events if event.notification == "CallHandler")
    assert (called.module, called.kind) == ("classic_events.Page", "managed")


async def test_complete_request_jumps_to_end_request(make: Make) -> None:
    """iis-runtime 5.1, step 7."""
    seen = await make("Completes").get("/")
    assert events().seen == ["end_request", "pre_send_request_headers"]
    assert seen.status == (200, 0)


async def test_an_error_is_rendered_after_end_request(make: Make) -> None:
    """iis-runtime 3.3 [LAB IV21]: status still 200 at EndRequest, its writes are lost."""
    seen = await make("Fails").get("/")
    assert events().seen[0] == "end_request 200 KeyError"
    assert (seen.status, seen.body) == ((500, 0), b"")
    assert seen.trace.set_by == ("aspnet", "BeginRequest", "Fails")


async def test_clear_error_prevents_it(make: Make) -> None:
    seen = await make("Forgives").get("/")
    assert (seen.status, seen.body) == ((200, 0), b"forgiven")


async def test_two_identities(make: Make) -> None:
    """iis-runtime 5.3: the managed user is not seen natively."""
    seen = await make("Signs").get("/")
    assert seen.body == b"user='ann' LOGON_USER=''"
    assert (seen.trace.user, seen.trace.managed_user) == ("", "ann")


@pytest.mark.parametrize("page", ["Signing", "Later"])
async def test_a_user_that_a_page_sets_is_told_at_the_page(make: Make, page: str) -> None:
    """Not at the next module's step; in the loop and, later, in its unrolled form."""
    driver = make("Recorder", page=page)
    for _ in range(60):
        seen = await driver.get("/")
        assert [(event.notification, event.user) for event in seen.trace.events if event.user == "bob"] == [("CallHandler", "bob")]
        assert seen.trace.managed_user == "bob"


async def test_integrated_only_members_say_so(make: Make) -> None:
    """iis-runtime 5.2."""
    assert (await make(page="Modern").get("/")).body == b"7 of 7"


async def test_an_integrated_only_method_fails_the_start(make: Make) -> None:
    seen = await make("Recorder", "Logs").get("/")
    assert seen.status == (500, 0)
    assert any(event.reason == "module Logs: log_request requires IIS integrated pipeline mode" for event in seen.trace.events)
    assert events().seen == []


async def test_the_page_reaches_the_client(make: Make) -> None:
    seen = await make().get("/")
    assert seen.context.response.headers.get("X-Page") == "1"
    assert seen.context.response.headers.get("Content-Type") == "text/html; charset=utf-8"
    assert seen.context.response.content_length == len(seen.body)


async def test_filters_see_managed_output(make: Make) -> None:
    assert (await make(page="Filtered").get("/")).body == b"QUIET!"


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("System.Web.HttpForbiddenHandler", 403),
        ("System.Web.HttpNotFoundHandler", 404),
        ("System.Web.HttpMethodNotAllowedHandler", 405),
        ("System.Web.UI.PageHandlerFactory", 500),
    ],
)
async def test_the_root_levels_own_handlers(make: Make, kind: str, status: int) -> None:
    seen = await make(page=kind).get("/x.cs")
    assert seen.status[0] == status
    assert any(event.notification == "CallHandler" and event.module == kind and event.result == "ERROR" for event in seen.trace.events)


async def test_no_row_is_404_and_the_path_is_checked(make: Make) -> None:
    driver = make(path="*.aspx")
    assert (await driver.get("/x.txt")).status[0] == 404
    assert (await driver.get("/" + "x" * 300 + ".aspx")).status[0] == 400
    assert (await driver.get("/a<b.aspx")).status[0] == 400
    assert (await driver.get("/x.aspx")).status[0] == 200


async def test_default_http_handler_hands_back_to_iis(make: Make) -> None:
    """iis-runtime 5.4: a child request that does not meet the wildcard map again."""

    def static(context: Context) -> Outcome:
        context.response.headers.append("Content-Type", "image/png")
        context.response.write(b"picture")
        return FINISH

    driver = make(
        "Signs", page="System.Web.DefaultHttpHandler", more_rows=(row("StaticFile", "*", ("Static",), require_access="Read"),),
        native_handlers={"Static": handler(static)},
    )  # fmt: skip
    seen = await driver.get("/x.png")
    assert (seen.status, seen.body) == ((200, 0), b"picture")
    assert seen.context.response.headers.get("Content-Type") == "image/png"


async def test_what_a_native_module_said_stays(make: Make) -> None:
    """ASP.NET's head comes to it; its one Content-Type replaces another's."""

    def speaks(context: Context) -> StepResult:
        context.response.headers.items += [("X-Native", "1"), ("Content-Type", "image/png")]
        return context.set_user(User(""))

    seen = await make(native={"Anonymous": module(Subscription(Notification.AUTHENTICATE_REQUEST, speaks))}).get("/")
    headers = seen.context.response.headers
    assert [headers.get_all(name) for name in ("X-Native", "X-Page", "Content-Type")] == [["1"], ["1"], ["text/html; charset=utf-8"]]


async def test_what_a_module_said_before_the_request_was_handed_back_comes_behind(make: Make) -> None:
    """iis-runtime 5.4: the child's own answer, with its status; of ASP.NET's response its headers."""

    def missing(context: Context) -> Outcome:
        seen_by_child.append(context.response.headers.get("X-Tag"))
        return context.fail(404, 0)

    seen_by_child: list[str] = []
    driver = make(
        "Tags", page="System.Web.DefaultHttpHandler", more_rows=(row("StaticFile", "*", ("Static",), require_access="Read"),),
        native_handlers={"Static": handler(missing)},
    )  # fmt: skip
    seen = await driver.get("/x.png")
    assert (seen.status, seen.context.response.headers.get_all("X-Tag"), seen_by_child) == ((404, 0), ["1"], [""])


async def test_a_dll_that_is_not_allowed_is_404_2(make: Make) -> None:
    seen = await make(allowed=False).get("/")
    assert seen.status == (404, 2)
    assert aspnet(seen) == []


async def test_skipped_modules_have_reasons(tmp_path: Path) -> None:
    types = {"OutputCache": "System.Web.Caching.OutputCacheModule", "FormsAuthentication": "System.Web.Security.FormsAuthenticationModule"}
    driver = ManagedDriver(tmp_path, {"classic_events.py": EVENTS}, modules=types, handlers={"*": "classic_events.Page"}, mode="Classic")
    seen = await driver.get("/")
    assert seen.status == (200, 0)
    assert [(one.module, one.cause, one.reason) for one in seen.trace.skipped if one.pipeline == "aspnet"] == [
        ("OutputCache", "not_executed_here", "System.Web.Caching.OutputCacheModule is not part of this server"),
        ("FormsAuthentication", "no_subscription", "authentication mode is Windows, not Forms"),
    ]
    await driver.finish()
