"""The core's own steps: refused scopes, access, existence, no handler."""

from __future__ import annotations

import functools
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from hwebcore.pipeline import core
from hwebcore.pipeline.context import User
from hwebcore.pipeline.contract import Notification, Subscription
from hwebcore.plan import Closed, ConfigurationError, HandlerMapping, LeftOutHandler, ScopeSettings, Source
from hwebcore.wire.tls_session import TlsSession
from tests.support.exchange import exchange as exchange_of_one
from tests.support.pipeline_driver import Exchange, PipelineDriver, handler, hello, module, native, row

anonymous = module(Subscription(Notification.AUTHENTICATE_REQUEST, lambda context: context.set_user(User(""))))
SOURCE = Source("web.config", 4, 9, "MACHINE/WEBROOT/APPHOST/S")


async def answer(settings: ScopeSettings, *rows: HandlerMapping, root: str = "", url: str = "/x.txt") -> Exchange:
    settings = replace(settings, modules=(native("User"), native("Handler")), handlers=rows)
    return await PipelineDriver(settings, modules={"User": anonymous}, handlers={"Handler": handler(hello)}, root=root).get(url)


@pytest.mark.parametrize(
    ("settings", "status"),
    [
        (ScopeSettings(error=ConfigurationError("0x8007000d", "not well-formed", SOURCE)), (500, 19)),
        (ScopeSettings(bad_precondition=ConfigurationError("0x8007000d", "bad precondition", SOURCE)), (500, 0)),
        (ScopeSettings(closed=Closed("access", "client certificates", SOURCE)), (403, 0)),
    ],
)
async def test_a_refused_scope_answers_before_every_module_with_its_source(settings: ScopeSettings, status: tuple[int, int]) -> None:
    exchange = await answer(settings, row())
    assert exchange.status == status
    assert exchange.trace.events[0].source == ("web.config", 4, 9, SOURCE.config_path)
    assert [event.notification for event in exchange.trace.events] == ["BEGIN_REQUEST"]


@pytest.mark.parametrize(
    ("access", "policy", "status"),
    [
        ("Script", ("Read",), (403, 1)),
        ("Execute", ("Read", "Script"), (403, 1)),
        ("Read", ("Script",), (403, 2)),
        ("Write", ("Read",), (403, 3)),
        ("Script", ("Read", "Script"), (200, 0)),
        ("None", (), (200, 0)),
    ],
)
async def test_access_policy(access: str, policy: tuple[str, ...], status: tuple[int, int]) -> None:
    exchange = await answer(ScopeSettings(access_policy=policy), row(require_access=access))
    assert exchange.status == status


async def test_no_handler_is_404_4() -> None:
    exchange = await answer(ScopeSettings(), row(path="*.aspx"))
    assert exchange.status == (404, 4)
    assert exchange.trace.set_by == ("iis", "MAP_REQUEST_HANDLER", "IIS Web Core")


async def test_404_4_names_the_row_that_a_precondition_keeps_out() -> None:
    """Of that path and verb, and the first of them."""
    out = [replace(row(path=path), name=name, source=SOURCE) for name, path in (("Other", "*.cgi"), ("Hello-Integrated", "*.txt"), ("Late", "*"))]
    exchange = await answer(ScopeSettings(left_out=tuple(LeftOutHandler(one, "preCondition integratedMode: no") for one in out)), row(path="*.aspx"))
    assert exchange.status == (404, 4)
    event = next(event for event in exchange.trace.events if event.status == "404.4" or event.reason)
    assert event.reason == 'no handler is mapped to this path and verb here; "Hello-Integrated" is left out: preCondition integratedMode: no'
    assert event.source == ("web.config", 4, 9, SOURCE.config_path)


@pytest.mark.parametrize(
    ("kind", "url", "status"),
    [
        ("File", "/x.txt", 200),
        ("File", "/folder", 404),
        ("File", "/nothing", 404),
        ("Directory", "/folder", 200),
        ("Directory", "/x.txt", 404),
        ("Either", "/folder", 200),
        ("Either", "/nothing", 404),
        ("Unspecified", "/nothing", 200),
    ],
)
async def test_what_must_exist(tmp_path: Path, kind: str, url: str, status: int) -> None:
    (tmp_path / "x.txt").write_text("x")
    (tmp_path / "folder").mkdir()
    exchange = await answer(ScopeSettings(), row(resource_type=kind, require_access="None"), root=str(tmp_path), url=url)
    assert exchange.status == (status, 0)


async def test_what_was_found_is_believed_for_a_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(core, "monotonic", lambda: now[0])
    settings, mapping = ScopeSettings(), row(resource_type="File", require_access="None")
    ask = functools.partial(answer, settings, mapping, root=str(tmp_path), url="/x.txt")
    assert (await ask()).status == (404, 0)
    (tmp_path / "x.txt").write_text("x")
    assert (await ask()).status == (200, 0)  # what was not found is looked for again at once
    (tmp_path / "x.txt").unlink()
    now[0] += 0.9
    assert (await ask()).status == (200, 0)
    now[0] += 0.2
    assert (await ask()).status == (404, 0)


@pytest.mark.parametrize(
    ("flags", "scheme", "session", "status"),
    [
        (("Ssl",), "http", None, "403.4"),
        (("Ssl", "Ssl128"), "http", None, "403.4"),
        (("Ssl128",), "http", None, "403.5"),
        (("Ssl",), "https", TlsSession(bits=112), ""),
        (("Ssl", "Ssl128"), "https", TlsSession(bits=112), "403.5"),
        (("Ssl", "Ssl128"), "https", TlsSession(bits=128), ""),
        (("Ssl", "Ssl128"), "https", None, ""),
    ],
)
def test_ssl_is_asked_for(flags: tuple[str, ...], scheme: str, session: TlsSession | None, status: str) -> None:
    check = core.ssl_check(ScopeSettings(ssl_flags=flags, ssl_source=SOURCE))
    assert check is not None
    context = exchange_of_one()
    context.request.scheme, context.wire = scheme, SimpleNamespace(session=session)  # type: ignore[assignment]  # as much of it as is asked
    outcome = check(context)
    assert (f"{context.response.status}.{context.response.substatus}" if outcome is not None else "") == status
    assert outcome is None or outcome.source is SOURCE  # type: ignore[union-attr]  # it is there, else the test fails


def test_nothing_is_asked_where_nothing_is_written() -> None:
    assert core.ssl_check(ScopeSettings()) is None


async def test_ssl_is_asked_for_before_every_module() -> None:
    exchange = await answer(ScopeSettings(ssl_flags=("Ssl",), ssl_source=SOURCE), row())
    assert exchange.status == (403, 4)
    assert [event.notification for event in exchange.trace.events] == ["BEGIN_REQUEST"]
    assert (exchange.trace.events[0].module, exchange.trace.events[0].source) == ("IIS Web Core", ("web.config", 4, 9, SOURCE.config_path))
