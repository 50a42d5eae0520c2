"""CustomErrorModule: rt 10.4, reliability.md C 16; run by the real pipeline."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from hwebcore.modules.anonymous_authentication import AnonymousAuthentication as Anonymous
from hwebcore.modules.custom_error import CustomError, is_local
from hwebcore.modules.request_filtering import RequestFiltering
from hwebcore.pipeline.context import Context
from hwebcore.pipeline.contract import FINISH, Outcome
from hwebcore.plan import AnonymousAuthentication, ConfigurationError, ErrorPage, HttpErrors, Rule, ScopeSettings, Source
from hwebcore.plan import RequestFiltering as Rules
from tests.support.exchange import exchange
from tests.support.pipeline_driver import Exchange, PipelineDriver, handler, native, request, row

Failing = Callable[[Context], Outcome | None]
LINE = Source("/site/web.config", 12, 9, "MACHINE/WEBROOT/APPHOST/Site")
REMOTE = "203.0.113.9"


def with_body(code: int, text: bytes = b"mine", *, final: bool = False) -> Failing:
    def execute(context: Context) -> Outcome:
        context.response.status = code
        context.response.suppress_custom_errors = final
        context.response.headers.set("Content-Type", "text/mine")
        context.response.headers.set("ETag", '"mine"')
        if text:
            context.response.write(text)
        return FINISH

    return execute


def failing(context: Context) -> Outcome:
    return context.fail(404, 3, "no MIME type is mapped to .x", LINE)


Run = Callable[..., Any]


@pytest.fixture
async def run() -> AsyncIterator[Run]:
    drivers = []

    async def run(execute: Failing, *, remote: bool = False, url: str = "/x", settings: dict[str, Any] | None = None, **errors: Any) -> Exchange:
        scope = ScopeSettings(
            modules=tuple(native(name) for name in ("AnonymousAuthenticationModule", "RequestFilteringModule", "CustomErrorModule", "Handler")),
            handlers=(row(require_access="None"),),
            anonymous=AnonymousAuthentication(),
            http_errors=HttpErrors(**errors),
            **(settings or {}),
        )
        modules = {"CustomErrorModule": CustomError, "RequestFilteringModule": RequestFiltering, "AnonymousAuthenticationModule": Anonymous}
        driver = PipelineDriver(scope, modules=modules, handlers={"Handler": handler(execute)})
        drivers.append(driver)
        made = request("GET", url, {"X-Forwarded-For": "127.0.0.1", "Forwarded": "for=127.0.0.1"})
        if remote:
            made.client_ip = REMOTE
        return await driver.run(made)

    yield run
    for driver in drivers:
        driver.close()


async def test_local_clients_read_why_and_where(run: Run) -> None:
    answer = await run(failing)
    page = answer.body.decode()
    told = ("404.3 Not Found", "no MIME type is mapped to .x", "/site/web.config:12:9", "GET http://localhost/x", "DefaultAppPool (Integrated)")
    for word in (*told, "anonymous"):
        assert word in page
    assert "<dt>Module</dt><dd>Handler</dd>" in page
    assert "<dt>Notification</dt><dd>EXECUTE_REQUEST_HANDLER</dd>" in page
    headers = answer.context.response.headers
    assert headers.get("Content-Type") == "text/html; charset=utf-8"
    assert "default-src 'none'" in headers.get("Content-Security-Policy")


async def test_remote_clients_read_one_line_whatever_headers_they_send(run: Run) -> None:
    answer = await run(failing, remote=True)
    assert answer.status == (404, 3)
    assert answer.body == b'<!doctype html><html lang="en"><meta charset="utf-8"><title>404</title><p>This page does not exist.</p></html>\n'
    assert "Content-Security-Policy" not in answer.context.response.headers


async def test_detailed_is_for_everybody_and_custom_for_nobody(run: Run) -> None:
    assert b"no MIME type" in (await run(failing, remote=True, error_mode="Detailed")).body
    assert b"no MIME type" not in (await run(failing, error_mode="Custom")).body


async def test_good_answers_are_left_alone(run: Run) -> None:
    for code in (200, 302, 304, 399):
        assert (await run(with_body(code), existing_response="Replace")).body == b"mine"


PAGE = ErrorPage(404, -1, "File", "/nowhere/404.htm", LINE)


@pytest.mark.parametrize(
    ("existing", "remote", "final", "body", "kept"),
    [
        ("Auto", False, False, b"mine", True),
        ("Auto", False, False, b"", False),
        ("Auto", True, False, b"mine", False),
        ("Auto", True, True, b"mine", True),
        ("Auto", True, True, b"", True),
        ("PassThrough", True, False, b"mine", True),
        ("PassThrough", False, False, b"", True),
        ("Replace", True, True, b"mine", False),
        ("Replace", False, True, b"mine", False),
    ],
)
async def test_existing_response(run: Run, existing: str, remote: bool, final: bool, body: bytes, kept: bool) -> None:
    answer = await run(with_body(404, body, final=final), remote=remote, existing_response=existing, pages=(PAGE,))
    assert (answer.body == body) is kept
    assert (answer.context.response.headers.get("Content-Type") == "text/mine") is kept
    assert ("ETag" in answer.context.response.headers) is kept
    assert answer.status == (404, 0)


async def test_a_status_without_a_page_keeps_the_applications_body(run: Run) -> None:
    assert (await run(with_body(418), remote=True, pages=(PAGE,))).body == b"mine"
    assert b"could not be answered" in (await run(with_body(418, b""), remote=True, pages=(PAGE,))).body


async def test_a_file_is_sent_with_its_type_and_the_status_kept(run: Run, tmp_path: Path) -> None:
    (tmp_path / "404.htm").write_text("general")
    (tmp_path / "404-8.txt").write_text("special")
    pages = (ErrorPage(404, -1, "File", str(tmp_path / "404.htm"), LINE), ErrorPage(404, 8, "File", str(tmp_path / "404-8.txt"), LINE))
    hidden = {"request_filtering": Rules(hidden_segments=(Rule("bin"),))}
    general = await run(failing, remote=True, pages=pages)
    assert (general.status, general.body, general.context.response.headers.get("Content-Type")) == ((404, 3), b"general", "text/html")
    special = await run(failing, remote=True, pages=pages, settings=hidden, url="/bin/x")
    assert (special.status, special.body) == ((404, 8), b"special")
    event = next(event for event in general.trace.events if event.module == "CustomErrorModule")
    assert event.reason == f"error page {tmp_path / '404.htm'}"
    assert event.source is not None
    assert event.source[1] == LINE.line


async def test_a_file_that_cannot_be_read_gives_the_short_page(run: Run, tmp_path: Path) -> None:
    (tmp_path / "link.htm").symlink_to("/etc/passwd")
    for path in ("none.htm", "link.htm", "."):
        answer = await run(failing, remote=True, pages=(ErrorPage(404, -1, "File", str(tmp_path / path)),))
        assert b"This page does not exist." in answer.body


async def test_redirect(run: Run) -> None:
    answer = await run(failing, remote=True, pages=(ErrorPage(404, -1, "Redirect", "https://example.org/lost"),))
    assert (answer.status, answer.body) == ((302, 0), b"")
    assert answer.context.response.headers.get("Location") == "https://example.org/lost"


async def test_execute_url_runs_a_child_that_owns_the_status(run: Run) -> None:
    seen = []

    def execute(context: Context) -> Outcome:
        if context.request.path != "/lost":
            return failing(context)
        seen.append((context.request.query_string, context.request.raw_url, context.response.status))
        context.response.write(b"lost")
        return FINISH

    answer = await run(execute, remote=True, url="/no/such?q", pages=(ErrorPage(404, -1, "ExecuteURL", "/lost"),))
    assert (answer.status, answer.body) == ((200, 0), b"lost")
    assert seen == [("404;http://localhost/no/such", "/no/such?q", 200)]


async def test_an_error_in_the_error_page_makes_no_further_page(run: Run) -> None:
    calls = []

    def execute(context: Context) -> Outcome:
        calls.append(context.request.path)
        return failing(context)

    answer = await run(execute, remote=True, pages=(ErrorPage(404, -1, "ExecuteURL", "/lost"),))
    assert answer.status == (404, 3)
    assert calls == ["/x", "/lost"]
    assert b"This page does not exist." in answer.body


async def test_an_unhandled_exception_is_told_to_local_clients_only(run: Run) -> None:
    def execute(context: Context) -> Outcome:
        raise ValueError("password=<hunter2>")

    local, remote = await run(execute), await run(execute, remote=True)
    assert local.status == remote.status == (500, 0)
    assert b"ValueError: password=&lt;hunter2&gt;" in local.body
    assert b"hunter2" not in remote.body


async def test_a_configuration_error_shows_its_line_to_local_clients(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "web.config"
    file.write_text("<configuration>\n  <system.webServer>\n    <oops <b>/>\n  </system.webServer>\n</configuration>\n")
    error = ConfigurationError("0x8007000d", "the file is no XML here", Source(str(file), 3, 11, "MACHINE/WEBROOT/APPHOST/Site"))
    page = (await run(failing, settings={"error": error})).body.decode()
    for word in ("500.19", "0x8007000d", "the file is no XML here", f"{file}:3:11", "&gt;     3      &lt;oops &lt;b&gt;/&gt;\n      4"):
        assert word in page
    remote = (await run(failing, remote=True, settings={"error": error})).body
    assert b"web.config" not in remote


async def test_a_status_that_was_changed_later_takes_no_older_reason(run: Run) -> None:
    def execute(context: Context) -> Outcome:
        failing(context)
        context.set_status(410)
        return FINISH

    assert b"no MIME type" not in (await run(execute)).body


@pytest.mark.parametrize(
    ("client", "local"),
    [("127.0.0.1", True), ("::1", True), ("::ffff:127.0.0.1", True), ("192.0.2.1", True), ("127.0.0.2", False), ("192.0.2.2", False), ("", False)],
)
def test_local_is_judged_by_the_socket(client: str, local: bool) -> None:
    context = exchange("/", client=client, headers={"X-Forwarded-For": "127.0.0.1"})
    context.request.local_ip = "192.0.2.1"
    assert is_local(context.request) is local
