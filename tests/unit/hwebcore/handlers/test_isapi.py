"""IsapiModule: which DLLs may run, which does; the managed pipeline behind it is tests/unit/hwebcore/managed/test_classic.py."""

from __future__ import annotations

from typing import Any

import pytest

from hwebcore.handlers.isapi import IsapiHandler, file_name, refusal
from hwebcore.plan import ConfigurationError, HandlerMapping, IsapiRestriction, Rule, ScopeSettings, SectionFault
from tests.support.exchange import SOURCE, exchange, host, status, told

LISTED = IsapiRestriction(False, (Rule("aspnet_isapi.dll", SOURCE), Rule("asp.dll", SOURCE, allowed=False)), SOURCE)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (r"%windir%\Microsoft.NET\Framework64\v4.0.30319\aspnet_isapi.dll", "aspnet_isapi.dll"),
        ("C:/php/PHP5ISAPI.DLL|-c x", "php5isapi.dll"),
        (r'"C:\a b\x.dll"', "x.dll"),
        ("", ""),
    ],
)
def test_file_names(text: str, name: str) -> None:
    assert file_name(text) == name


def test_restrictions() -> None:
    assert refusal(LISTED, "aspnet_isapi.dll") is None
    assert refusal(LISTED, "asp.dll") == ("asp.dll is listed in isapiCgiRestriction as not allowed", SOURCE)
    assert refusal(LISTED, "x.dll") == ("x.dll is not listed in isapiCgiRestriction", SOURCE)
    assert refusal(IsapiRestriction(True), "x.dll") is None


@pytest.mark.parametrize(
    ("dll", "allowed", "expected", "reason"),
    [
        ("x.dll", True, "500.0", "is an ISAPI extension: this server runs none but aspnet_isapi.dll"),
        ("x.dll", False, "404.2", "is not listed"),
        ("aspnet_isapi.dll", True, "500.0", "serves Classic pools only"),
    ],
)
def test_what_does_not_run(dll: str, allowed: bool, expected: str, reason: str) -> None:
    context = exchange()
    settings = ScopeSettings(isapi=IsapiRestriction(allowed, (), SOURCE))
    handler: Any = IsapiHandler(HandlerMapping("Row", "*", (), ("IsapiModule",), script_processor=dll, source=SOURCE), settings, host())
    outcome = told(handler.execute(context))
    assert (status(context), handler.nested_steps(), handler.nested_skipped()) == (expected, (), ())
    assert reason in (outcome.reason or "")


def test_aspnets_sections_are_read_where_a_request_reaches_it() -> None:
    fault = SectionFault("system.web/authorization", ConfigurationError("0x8007000d", "no attribute 'userz'", SOURCE))
    settings = ScopeSettings(isapi=IsapiRestriction(True, (), SOURCE), faults=(fault,))
    for dll, expected in (("aspnet_isapi.dll", "500.19"), ("x.dll", "500.0")):
        context = exchange()
        handler: Any = IsapiHandler(HandlerMapping("Row", "*", (), ("IsapiModule",), script_processor=dll, source=SOURCE), settings, host())
        outcome = told(handler.execute(context))
        assert (status(context), handler.nested_steps()) == (expected, ())
    assert "runs none but" in (outcome.reason or "")
