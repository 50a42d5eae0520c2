"""The golden sequences of rt 11 (A, D, E, G, H, I, J): this program's own modules, one request each, as its trace tells it.

Real modules, handlers and managed code from a folder; only the wire is not there. rt 4.3's order is test_pipeline_order.py.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import hwebcore.modules
from hwebcore.pipeline.contract import Notification, Subscription
from hwebcore.plan import (
    AuthorizationRule,
    Closed,
    DefaultDocument,
    FormsSettings,
    HandlerMapping,
    IsapiRestriction,
    ManagedHandlerMapping,
    ManagedModuleEntry,
    ManagedSettings,
    ModuleEntry,
    RequestFiltering,
    Rule,
    Scope,
    ScopeSettings,
    Source,
    StaticContent,
)
from hwebcore.worker.loader import Interpreter
from tests.support.managed_driver import ASPNET, ManagedDriver
from tests.support.pipeline_driver import Exchange, PipelineDriver, module, native

SOURCE = Source("web.config", 5, 9, "MACHINE/WEBROOT/APPHOST/Site")
SECURITY = "System.Web.Security."
NATIVE = (
    "HttpLoggingModule", "DefaultDocumentModule", "DirectoryListingModule", "ProtocolSupportModule", "StaticFileModule", "IsapiModule",
    "AnonymousAuthenticationModule", "UrlAuthorizationModule", "RequestFilteringModule", "CustomErrorModule", "ConfigurationValidationModule",
)  # fmt: skip
CODE = """
    class Page:
        def process_request(self, context):
            context.response.write(context.user.name or "nobody")
            if context.request.query_string == "end":
                context.complete_request()

    class Early:
        def begin_request(self, context):
            if context.request.query_string == "early":
                context.response.status = 202
                context.complete_request()

        def log_request(self, context): ...

        def end_request(self, context): ...

    class Both:
        def begin_request(self, context): ...

        def end_request(self, context): ...
"""
Make = Callable[..., PipelineDriver]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    (tmp_path / "scenario.py").write_text(textwrap.dedent(CODE))
    (tmp_path / "index.html").write_text("<p>index")
    (tmp_path / "a.txt").write_text("text")
    interpreter = Interpreter()
    made: list[PipelineDriver] = []

    def build(mode: str = "Integrated", deny: bool = False, always: bool = False, user_module: str = "Both", **more: Any) -> PipelineDriver:
        managed = {
            "Mine": f"scenario.{user_module}", "FormsAuthentication": f"{SECURITY}FormsAuthenticationModule",
            "DefaultAuthentication": f"{SECURITY}DefaultAuthenticationModule", "UrlAuthorization": f"{SECURITY}UrlAuthorizationModule",
        }  # fmt: skip
        rules = (AuthorizationRule(False, ("?",), source=SOURCE),) if deny else ()
        entries = tuple(ModuleEntry(name, "managed", kind, SOURCE, managed_handler_only=not always) for name, kind in managed.items())
        page: dict[str, Any] = {"source": SOURCE, "require_access": "Script"}
        handler = (
            HandlerMapping("Pages", "*.aspx", (), ("ManagedPipelineHandler",), "scenario.Page", **page)
            if mode == "Integrated"
            else HandlerMapping("Pages-ISAPI", "*.aspx", (), ("IsapiModule",), script_processor=ASPNET, response_buffer_limit=0, **page)
        )
        static = HandlerMapping(
            "StaticFile", "*", (), ("StaticFileModule", "DefaultDocumentModule", "DirectoryListingModule"), resource_type="Either", require_access="Read",
            source=SOURCE,
        )  # fmt: skip
        settings = ScopeSettings(
            modules=(*(native(name) for name in NATIVE), *entries), handlers=(handler, static), access_policy=("Read", "Script"),
            authorization=(AuthorizationRule(True, ("*",)),), isapi=IsapiRestriction(entries=(Rule("aspnet_isapi.dll", SOURCE),)),
            default_document=DefaultDocument(files=(Rule("index.html", SOURCE),)),
            static_content=StaticContent(mime_map=((".html", "text/html"), (".txt", "text/plain"))),
            request_filtering=RequestFiltering(hidden_segments=(Rule("bin", SOURCE, allowed=False),)),
            managed=ManagedSettings(
                authentication_mode="Forms", forms=FormsSettings(source=SOURCE), authorization=(*rules, AuthorizationRule(True, ("*",))),
                http_modules=tuple(ManagedModuleEntry(name, kind, SOURCE) for name, kind in managed.items() if name != "DefaultAuthentication"),
                http_handlers=(ManagedHandlerMapping("*.aspx", (), "scenario.Page", True, SOURCE),),
            ),
        )  # fmt: skip
        made.append(PipelineDriver(settings, mode=mode, root=str(tmp_path), loader=interpreter.loader(str(tmp_path)), **more))
        return made[-1]

    yield build
    for driver in made:
        driver.close()
    interpreter.close()
    sys.modules.pop("scenario", None)


def told(exchange: Exchange, pipeline: str = "iis") -> list[str]:
    """ "NOTIFICATION Module", the core's own steps left out."""
    events = [event for event in exchange.trace.events if event.pipeline == pipeline and event.kind != "core"]
    return [f"{'post ' if event.post else ''}{event.notification} {event.module}" for event in events]


def notifications(exchange: Exchange) -> list[str]:
    return list(dict.fromkeys(line.removeprefix("post ").split(" ")[0] for line in told(exchange)))


BEGIN = ["BEGIN_REQUEST RequestFilteringModule", "BEGIN_REQUEST ConfigurationValidationModule"]
SEND = ["SEND_RESPONSE ProtocolSupportModule", "SEND_RESPONSE HttpLoggingModule", "SEND_RESPONSE CustomErrorModule"]


async def test_a_integrated_page(make: Make) -> None:
    exchange = await make(deny=False).get("/page.aspx")
    assert exchange.status == (200, 0)
    assert told(exchange) == [
        *BEGIN, "BEGIN_REQUEST Mine", "AUTHENTICATE_REQUEST FormsAuthentication", "AUTHENTICATE_REQUEST AnonymousAuthenticationModule",
        "post AUTHENTICATE_REQUEST DefaultAuthentication", "AUTHORIZE_REQUEST UrlAuthorizationModule", "AUTHORIZE_REQUEST UrlAuthorization",
        "EXECUTE_REQUEST_HANDLER ManagedPipelineHandler", "END_REQUEST Mine", "END_REQUEST FormsAuthentication", *SEND,
    ]  # fmt: skip


@pytest.mark.parametrize("mode", ["Integrated", "Classic"])
async def test_d_a_filtered_request_meets_no_managed_code(make: Make, mode: str) -> None:
    """BEGIN sets 404.8 and finishes; no authentication, no managed event of the start; LOG, END, SEND run."""
    exchange = await make(mode).get("/bin/x.txt")
    assert exchange.status == (404, 8)
    assert told(exchange) == [BEGIN[0], *SEND]
    assert exchange.trace.set_by == ("iis", "BEGIN_REQUEST", "RequestFilteringModule")


async def test_e_anonymous_is_denied_and_goes_to_the_login_page(make: Make) -> None:
    exchange = await make(deny=True).get("/page.aspx?a=1&b=2")
    assert exchange.status == (302, 0)
    assert exchange.context.response.headers.get("Location") == "/login.aspx?ReturnUrl=%2fpage.aspx%3fa%3d1%26b%3d2&a=1&b=2"
    assert told(exchange)[-6:] == ["AUTHORIZE_REQUEST UrlAuthorization", "END_REQUEST Mine", "END_REQUEST FormsAuthentication", *SEND]
    assert "EXECUTE_REQUEST_HANDLER" not in notifications(exchange)
    results = {
        event.module: (event.result, event.status) for event in exchange.trace.events if event.notification in ("AUTHORIZE_REQUEST", "END_REQUEST")
    }
    assert results["UrlAuthorization"] == ("FINISH_REQUEST", 401)
    assert results["FormsAuthentication"][1] == 302


@pytest.mark.parametrize("url", ["/page.aspx?ReturnUrl=%2fx", "/page.aspx?a=1&ReturnUrl=x"])
async def test_e_not_when_the_url_has_a_return_url(make: Make, url: str) -> None:
    assert (await make(deny=True).get(url)).status[0] == 401


async def test_e_not_when_forms_authentication_never_ran(make: Make) -> None:
    """A 401 of BEGIN_REQUEST stays one."""
    refuses = module(Subscription(Notification.BEGIN_REQUEST, lambda context: context.fail(401, 1)))
    exchange = await make(always=True, modules={**hwebcore.modules.NATIVE, "ConfigurationValidationModule": refuses}).get("/page.aspx")
    assert exchange.status == (401, 1)
    assert told(exchange) == [*BEGIN, "END_REQUEST Mine", "END_REQUEST FormsAuthentication", *SEND]


async def test_g_a_classic_page(make: Make) -> None:
    """Native alone from BEGIN to END; the whole managed list inside IsapiModule."""
    exchange = await make("Classic").get("/page.aspx")
    assert exchange.status == (200, 0)
    assert told(exchange) == [
        *BEGIN, "AUTHENTICATE_REQUEST AnonymousAuthenticationModule", "AUTHORIZE_REQUEST UrlAuthorizationModule",
        "EXECUTE_REQUEST_HANDLER IsapiModule", *SEND,
    ]  # fmt: skip
    assert told(exchange, "aspnet") == [
        "BeginRequest Mine", "AuthenticateRequest FormsAuthentication", "AuthorizeRequest UrlAuthorization", "CallHandler scenario.Page",
        "EndRequest Mine", "EndRequest FormsAuthentication",
    ]  # fmt: skip
    isapi = next(event for event in exchange.trace.events if event.module == "IsapiModule")
    inside = [event for event in exchange.trace.events if event.pipeline == "aspnet"]
    assert all(isapi.start_us <= event.start_us and event.depth > isapi.depth for event in inside)


async def test_g_denied_in_classic_is_decided_inside(make: Make) -> None:
    """IIS let the anonymous user in; ASP.NET authorizes once more, with a user of its own (rt 5.2)."""
    exchange = await make("Classic", deny=True).get("/page.aspx")
    assert exchange.status == (302, 0)
    assert "AUTHORIZE_REQUEST UrlAuthorizationModule" in told(exchange)
    assert told(exchange, "aspnet")[-3:] == ["AuthorizeRequest UrlAuthorization", "EndRequest Mine", "EndRequest FormsAuthentication"]


@pytest.mark.parametrize("mode", ["Integrated", "Classic"])
async def test_h_a_static_file_meets_no_managed_code(make: Make, mode: str) -> None:
    exchange = await make(mode, deny=True).get("/a.txt")
    assert exchange.status == (200, 0)
    assert told(exchange) == [
        *BEGIN, "AUTHENTICATE_REQUEST AnonymousAuthenticationModule", "AUTHORIZE_REQUEST UrlAuthorizationModule",
        "EXECUTE_REQUEST_HANDLER StaticFileModule", *SEND,
    ]  # fmt: skip
    assert told(exchange, "aspnet") == []


async def test_h_run_all_managed_modules_protects_static_files(make: Make) -> None:
    exchange = await make(deny=True, always=True).get("/a.txt")
    assert exchange.status == (302, 0)


async def test_i_the_default_document_is_a_child_with_a_sequence_of_its_own(make: Make) -> None:
    driver = make(always=True)
    exchange = await driver.get("/?q=1")
    assert exchange.status == (200, 0)
    assert exchange.body == b"<p>index"
    assert [line for line in told(exchange) if line.startswith("EXECUTE")] == [
        "EXECUTE_REQUEST_HANDLER StaticFileModule", "EXECUTE_REQUEST_HANDLER DefaultDocumentModule",
    ]  # fmt: skip
    (child,) = exchange.trace.children
    begun = [event.module for event in child.events if event.notification == "BEGIN_REQUEST"]
    ended = [event.module for event in child.events if event.notification == "END_REQUEST"]
    assert begun == ["RequestFilteringModule", "ConfigurationValidationModule", "Mine"]  # begin and end happen twice (rt 3.6)
    assert ended == ["Mine", "FormsAuthentication"]
    assert [event.module for event in child.events if event.notification == "SEND_RESPONSE"] == []


async def test_j_complete_request_in_begin_request(make: Make) -> None:
    exchange = await make(always=True, user_module="Early").get("/a.txt?early")
    assert exchange.status == (202, 0)
    assert told(exchange) == [*BEGIN, "BEGIN_REQUEST Mine", "LOG_REQUEST Mine", "END_REQUEST Mine", "END_REQUEST FormsAuthentication", *SEND]


async def test_j_complete_request_in_a_page(make: Make) -> None:
    """LAB IV17: what follows EXECUTE_REQUEST_HANDLER is skipped, the tail runs."""
    exchange = await make(user_module="Early").get("/page.aspx?end")
    assert exchange.body == b"nobody"
    assert told(exchange)[-7:] == [
        "EXECUTE_REQUEST_HANDLER ManagedPipelineHandler", "LOG_REQUEST Mine", "END_REQUEST Mine", "END_REQUEST FormsAuthentication", *SEND,
    ]  # fmt: skip


REWRITES = """
    class Rewrites:
        def begin_request(self, context):
            if context.request.query_string == "rewrite":
                context.rewrite_path("/members/page.aspx")

    class Page:
        def process_request(self, context):
            context.response.write("members only")
"""


@pytest.mark.parametrize(("mode", "which"), [("Integrated", "managed"), ("Integrated", "native"), ("Integrated", "closed"), ("Classic", "managed")])
async def test_a_rewritten_url_meets_the_rules_of_where_it_leads(tmp_path: Path, mode: str, which: str) -> None:
    """reliability C 14. In Classic the native rules were met before ASP.NET rewrote."""
    driver = ManagedDriver(
        tmp_path, {"rewriting.py": REWRITES}, modules={"Rewrites": "rewriting.Rewrites", "UrlAuthorization": f"{SECURITY}UrlAuthorizationModule"},
        handlers={"*": "rewriting.Page"}, mode=mode, settings=ManagedSettings(authorization=(AuthorizationRule(True, ("*",)),)),
        native={"UrlAuthorizationModule": "url_authorization:UrlAuthorization"}, native_handlers={"UrlAuthorizationModule": "x:X"},
    )  # fmt: skip
    host = driver.host
    (here,) = host.pool_plan.settings
    here = replace(here, authorization=(AuthorizationRule(True, ("*",)),))
    deny = (AuthorizationRule(False, ("?",)),)
    there = {
        "managed": replace(here, managed=replace(here.managed, authorization=deny)),
        "native": replace(here, authorization=deny),
        "closed": replace(here, closed=Closed("content", "closed", None)),
    }[which]
    host.pool_plan = replace(host.pool_plan, settings=(here, there))
    host.plan = replace(host.plan, scopes=(Scope("/members", 1), Scope("/", 0)))
    assert (await driver.get("/open.aspx")).body == b"members only"
    for url in ("/members/page.aspx", "/open.aspx?rewrite"):
        exchange = await driver.get(url)
        assert exchange.status == {"managed": (401, 0), "native": (401, 2), "closed": (403, 0)}[which], url
    await driver.finish()
