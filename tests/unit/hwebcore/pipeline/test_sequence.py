"""The order of steps (rt 3.4), who is left out and why, and what a handler row becomes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hwebcore.pipeline.context import User
from hwebcore.pipeline.contract import Notification, Priority, Subscription
from hwebcore.plan import ModuleEntry, ScopeSettings
from hwebcore.worker.loader import Interpreter
from tests.support.pipeline_driver import PipelineDriver, handler, hello, module, native, row

N = Notification
anonymous = module(Subscription(N.AUTHENTICATE_REQUEST, lambda context: context.set_user(User("")), Priority.LAST))


def silent(context: object) -> None:
    return None


def driver(settings: ScopeSettings, **more: object) -> PipelineDriver:
    return PipelineDriver(settings, handlers={"Handler": handler(hello)}, **more)  # type: ignore[arg-type]  # a wrong keyword fails when it is taken


def steps(of: PipelineDriver, path: str = "/") -> list[str]:
    sequence = of.host._find("GET", path).sequence
    return [f"{'post ' if step.post else ''}{step.name} {step.module}" for step in sequence.steps if step.kind != "core"]


def test_priority_then_configured_order_and_both_reversed_for_send_response() -> None:
    first = module(Subscription(N.BEGIN_REQUEST, silent, Priority.LAST), Subscription(N.SEND_RESPONSE, silent), Subscription(N.END_REQUEST, silent))
    second = module(Subscription(N.BEGIN_REQUEST, silent), Subscription(N.SEND_RESPONSE, silent, Priority.HIGH), Subscription(N.END_REQUEST, silent))
    third = module(Subscription(N.BEGIN_REQUEST, silent), Subscription(N.SEND_RESPONSE, silent), Subscription(N.BEGIN_REQUEST, silent, post=True))
    settings = ScopeSettings(modules=(native("A"), native("B"), native("C"), native("Handler")), handlers=(row(),))
    assert steps(driver(settings, modules={"A": first, "B": second, "C": third})) == [
        "BEGIN_REQUEST B",
        "BEGIN_REQUEST C",
        "BEGIN_REQUEST A",
        "post BEGIN_REQUEST C",
        "EXECUTE_REQUEST_HANDLER Handler",
        "END_REQUEST A",
        "END_REQUEST B",
        "SEND_RESPONSE C",
        "SEND_RESPONSE A",
        "SEND_RESPONSE B",
    ]


def test_managed_handler_is_decided_from_the_tentative_handler() -> None:
    entry = ModuleEntry("Stamp", "managed", "stamp.Stamp", managed_handler_only=True)
    made = module(Subscription(N.BEGIN_REQUEST, silent))
    rows = (row("Page", "*.aspx", ("ManagedPipelineHandler",), type="pages.Page"), row("Static"))
    settings = ScopeSettings(modules=(entry, native("Handler")), handlers=rows)
    registers = {"Handler": handler(hello), "ManagedPipelineHandler": handler(hello)}
    given = PipelineDriver(settings, modules={}, handlers=registers, managed=lambda entry, settings, host: made(settings, host))
    assert "BEGIN_REQUEST Stamp" in steps(given, "/a.aspx")
    skipped = given.host._find("GET", "/a.png").sequence.skipped
    assert (skipped[0].module, skipped[0].cause) == ("Stamp", "precondition")
    assert '"Static" is not managed' in skipped[0].reason


@pytest.mark.parametrize(
    ("entry", "mode", "cause"),
    [
        (native("Nowhere"), "Integrated", "not_executed_here"),
        (native("Handler"), "Integrated", "no_subscription"),
        (ModuleEntry("Profile", "managed", "System.Web.Profile.ProfileModule"), "Integrated", "not_executed_here"),
        (ModuleEntry("Mine", "managed", "mine.Mine"), "Classic", "mode"),
        (native("Off", excluded="bitness32 does not hold", excluded_cause="precondition"), "Integrated", "precondition"),
    ],
)
def test_who_is_left_out_is_told_why(entry: ModuleEntry, mode: str, cause: str) -> None:
    settings = ScopeSettings(modules=(entry, native("Handler")), handlers=(row(),))
    given = driver(settings, modules={}, mode=mode, managed=lambda *unused: None)
    assert given.host._find("GET", "/").sequence.skipped[0].cause == cause


async def test_a_row_whose_module_is_unknown_or_not_enabled_is_500_21() -> None:
    for settings in (
        ScopeSettings(modules=(native("Handler"),), handlers=(row("Old", "*", ("CgiModule",), require_access="None"),)),
        ScopeSettings(modules=(), handlers=(row("Old", "*", ("Handler",), require_access="None"),)),
    ):
        settings = replace(settings, modules=(native("User"), *settings.modules))
        exchange = await driver(settings, modules={"User": anonymous}).get("/x")
        assert exchange.status == (500, 21)
        assert exchange.trace.set_by == ("iis", "EXECUTE_REQUEST_HANDLER", "IIS Web Core")
        reasons = [event.reason for event in exchange.trace.events if event.status == 500]
        assert reasons[0] is not None
        assert 'handler "Old" has a bad module' in reasons[0]


async def test_a_module_that_cannot_be_made_fails_every_request_naming_it() -> None:
    def broken(settings: object, host: object) -> None:
        raise ImportError("no module named stampp")

    given = driver(ScopeSettings(modules=(native("Stamp"), native("Handler")), handlers=(row(),)), modules={"Stamp": broken})
    exchange = await given.get("/x")
    assert exchange.status == (500, 0)
    assert exchange.trace.events[0].reason == 'module "Stamp" cannot be used: no module named stampp'


@pytest.mark.parametrize("type_name", ["nowhere_at_all.Stamp", "Contoso.Stamp, Contoso"])
async def test_a_managed_type_that_cannot_be_loaded_fails_static_requests_behind_managed_handler_too(tmp_path: Path, type_name: str) -> None:
    """rt 3.4, last row."""
    entry = ModuleEntry("Stamp", "managed", type_name, managed_handler_only=True)
    settings = ScopeSettings(modules=(entry, native("User"), native("Handler")), handlers=(row("Static"),))
    interpreter = Interpreter()
    given = driver(settings, modules={"User": anonymous}, root=str(tmp_path), loader=interpreter.loader(str(tmp_path)))
    for path in ("/a.png", "/b"):
        exchange = await given.get(path)
        assert exchange.status == (500, 0)
        assert exchange.trace.events[0].module == "Stamp"
        assert "Stamp" in (exchange.trace.events[0].reason or "")
        assert "Stamp" not in [one.module for one in exchange.trace.skipped]
    interpreter.close()


async def test_a_framework_type_that_this_server_lacks_stays_left_out(tmp_path: Path) -> None:
    entry = ModuleEntry("Profile", "managed", "System.Web.Profile.ProfileModule", managed_handler_only=True)
    settings = ScopeSettings(modules=(entry, native("User"), native("Handler")), handlers=(row("Static", require_access="None"),))
    assert (await driver(settings, modules={"User": anonymous}).get("/a.png")).status == (200, 0)
