"""Classes as modules in the Integrated pipeline: order, early ends, failures, threads and contexts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.managed_driver import ManagedDriver

EVENTS = """
    import contextvars
    import threading

    seen = []
    variable = contextvars.ContextVar("variable", default="clean")

    NAMES = (
        "begin_request", "authenticate_request", "post_authenticate_request", "authorize_request", "post_authorize_request",
        "resolve_request_cache", "post_resolve_request_cache", "map_request_handler", "post_map_request_handler", "acquire_request_state",
        "post_acquire_request_state", "pre_request_handler_execute", "post_request_handler_execute", "release_request_state",
        "post_release_request_state", "update_request_cache", "post_update_request_cache", "log_request", "post_log_request", "end_request",
        "pre_send_request_headers",
    )

    def recorder(name):
        def method(self, context):
            seen.append(name)
        return method

    Recorder = type("Recorder", (), {name: recorder(name) for name in NAMES})

    Early = type("Early", (), {"pre_send_request_headers": recorder("pre_send_request_headers")})

    class Completes(Recorder):
        def begin_request(self, context):
            seen.append("begin_request")
            context.complete_request()

    class Fails(Recorder):
        def begin_request(self, context):
            seen.append("begin_request")
            raise KeyError("lost")

        def end_request(self, context):
            seen.append(f"end_request {context.response.status} {type(context.error).__name__}")

    class FailsAtEnd:
        def end_request(self, context):
            raise KeyError("too late")

        def log_request(self, context):
            context.complete_request()

    class Asynchronous:
        async def begin_request(self, context):
            import asyncio
            variable.set("mine")
            await asyncio.sleep(0)
            context.response.append_header("X-Variable", variable.get())

    class Clean:
        def begin_request(self, context):
            context.response.append_header("X-Variable", variable.get())
            variable.set("dirty")

    class Blocking:
        blocking = True

        def begin_request(self, context):
            context.items["thread"] = threading.current_thread() is not threading.main_thread()

    class Signs:
        def authenticate_request(self, context):
            context.user = "ann"

    class Life:
        def init(self, application):
            application["started"] = application.mode

        def begin_request(self, context):
            context.response.append_header("X-Started", context.application["started"])

        def dispose(self):
            seen.append("disposed")

    class Unborn:
        def __init__(self):
            raise OSError("no licence")

    class Page:
        def process_request(self, context):
            seen.append("handler")
            context.response.write(f"{context.current_notification} {context.is_post_notification} {context.user.name if context.user else None}")

    class Ends:
        def process_request(self, context):
            seen.append("handler")
            context.response.redirect("/elsewhere?a=ü b")

    class RedirectsOn:
        def process_request(self, context):
            seen.append("handler")
            context.response.redirect("/elsewhere", end=False)

    class Flushes:
        def process_request(self, context):
            context.response.write("now")
            context.response.flush()

    class Waits:
        async def process_request(self, context):
            import asyncio
            await asyncio.sleep(0)
            context.response.write("now")
            context.response.flush()

    class Threaded:
        blocking = True

        def process_request(self, context):
            context.response.write("now")

    def wsgi(environ, start_response):
        start_response("200 OK", [])
        yield b"n"
        yield b"ow"

    async def asgi(scope, receive, send):
        assert scope["type"] == "http"
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"now", "more_body": True})
        await send({"type": "http.response.body"})

    class Fails2:
        def process_request(self, context):
            context.response.write("lost")
            raise LookupError("page")
"""

Make = Callable[..., ManagedDriver]


@pytest.fixture
async def make(tmp_path: Path) -> AsyncIterator[Make]:
    made: list[ManagedDriver] = []

    def build(*modules: str, page: str = "Page", mode: str = "Integrated", **more: Any) -> ManagedDriver:
        named = {name: f"managed_events.{name}" for name in modules}
        made.append(
            ManagedDriver(tmp_path, {"managed_events.py": EVENTS}, modules=named, handlers={"*": f"managed_events.{page}"}, mode=mode, **more)
        )
        return made[-1]

    yield build
    for driver in made:
        await driver.finish()


def events() -> Any:
    import managed_events  # type: ignore[import-not-found]  # written by the test, and found at run time

    return managed_events


async def test_the_measured_order(make: Make) -> None:
    """iis-runtime 3.2 [LAB IV1]."""
    seen = await make("Recorder").get("/")
    names = list(events().NAMES)
    names.insert(names.index("post_request_handler_execute"), "handler")
    assert events().seen == names
    assert seen.body == b"ExecuteRequestHandler False "


@pytest.mark.parametrize(
    ("modules", "page", "expected", "status"),
    [
        (["Completes"], "Page", ["begin_request", "log_request", "post_log_request", "end_request", "pre_send_request_headers"], 200),
        (["Fails"], "Page", ["begin_request", "log_request", "post_log_request", "end_request 500 KeyError", "pre_send_request_headers"], 500),
    ],
)
async def test_early_ends(make: Make, modules: list[str], page: str, expected: list[str], status: int) -> None:
    """iis-runtime 3.3 [LAB IV17]: End, CompleteRequest or throw in BeginRequest."""
    seen = await make(*modules, page=page).get("/")
    assert events().seen == expected
    assert seen.status == (status, 0)


async def test_redirect_ends_and_redirect_false_goes_on(make: Make) -> None:
    """iis-runtime 3.3 [LAB IV17]: Redirect(url) in a page skips to LogRequest; Redirect(url, false) keeps the full order."""
    seen = await make("Recorder", page="Ends").get("/")
    assert events().seen[-5:] == ["handler", "log_request", "post_log_request", "end_request", "pre_send_request_headers"]
    assert (seen.status[0], seen.context.response.headers.get("Location")) == (302, "/elsewhere?a=%C3%BC%20b")
    events().seen.clear()
    seen = await make("Recorder", page="RedirectsOn").get("/")
    assert seen.status[0] == 302
    assert "post_update_request_cache" in events().seen


async def test_a_page_that_fails(make: Make) -> None:
    driver = make(page="Fails2")
    seen = await driver.get("/")
    assert (seen.status, seen.body) == ((500, 0), b"")
    reasons = [event.reason for event in seen.trace.events if event.result == "ERROR"]
    assert len(reasons) == 1
    assert reasons[0] is not None
    assert reasons[0].startswith("LookupError: page (")
    assert "managed_events.py" in reasons[0]
    assert any("Traceback" in line and "adapter.py" not in line for line in driver.log)


@pytest.mark.parametrize("mode", ["Integrated", "Classic"])
async def test_why_a_page_failed_is_kept_with_the_response(make: Make, mode: str) -> None:
    """The page that a local client reads is made from it."""
    seen = await make(page="Fails2", mode=mode).get("/")
    failure = seen.context.response.failure
    assert failure is not None
    assert (failure.status, failure.substatus) == seen.status == (500, 0)
    assert str(failure.reason).startswith("LookupError: page (")


async def test_what_always_runs_cannot_fail_a_request(make: Make) -> None:
    seen = await make("FailsAtEnd").get("/")
    assert seen.status == (200, 0)
    assert [event.notification for event in seen.trace.events if event.result == "ERROR"] == ["END_REQUEST"]


async def test_context_variables_stay_with_their_request(make: Make) -> None:
    driver = make("Asynchronous")
    assert (await driver.get("/")).context.response.headers.get("X-Variable") == "mine"
    driver = make("Clean")
    for _ in range(2):
        assert (await driver.get("/")).context.response.headers.get("X-Variable") == "clean"


async def test_blocking_runs_in_a_thread(make: Make) -> None:
    assert (await make("Blocking").get("/")).context.items["thread"] is True


async def test_a_user_that_is_set_is_everybodys(make: Make) -> None:
    seen = await make("Signs").get("/")
    assert seen.body == b"ExecuteRequestHandler False ann"
    assert [(event.module, event.user) for event in seen.trace.events if event.user is not None] == [("Signs", "ann")]


@pytest.mark.parametrize("mode", ["Integrated", "Classic"])
@pytest.mark.parametrize("page", ["Flushes", "Waits", "Threaded", "wsgi", "asgi"])
async def test_a_flush_inside_users_code_runs_other_users_code(make: Make, page: str, mode: str) -> None:
    """Python lets a context be entered once: what runs inside a flush must not fail for that."""
    driver = make("Early" if mode == "Classic" else "Recorder", page=page, mode=mode)
    seen = await driver.get("/")
    assert seen.body == b"now"
    assert [event.reason for event in seen.trace.events if event.result == "ERROR"] == []
    assert events().seen.count("pre_send_request_headers") == 1
    assert driver.log == []


async def test_init_and_dispose(make: Make) -> None:
    driver = make("Life")
    assert (await driver.get("/")).context.response.headers.get("X-Started") == "Integrated"
    await driver.host.stop()
    assert events().seen[-1] == "disposed"


@pytest.mark.parametrize("mode", ["Integrated", "Classic"])
@pytest.mark.parametrize(("name", "text"), [("Unborn", "no licence"), ("Missing", "module managed_events has no Missing")])
async def test_a_bad_module_type_fails_every_request(make: Make, mode: str, name: str, text: str) -> None:
    driver = make(name, mode=mode)
    for _ in range(2):
        seen = await driver.get("/")
        assert seen.status == (500, 0)
        assert any(event.reason and text in event.reason and name in event.reason for event in seen.trace.events)


async def test_a_bad_handler_type_fails_its_own_requests_only(make: Make) -> None:
    driver = make("Recorder", page="Missing")
    seen = await driver.get("/")
    assert seen.status == (500, 0)
    assert any(event.reason and "has no Missing" in event.reason for event in seen.trace.events)
    assert "begin_request" in events().seen
