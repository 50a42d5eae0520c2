"""Requests under way as appcmd lists them: console/cli/appcmd/request.py."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from console.cli.appcmd import request
from console.cli.appcmd.failure import AppCmdError
from console.cli.appcmd.grammar import Invocation
from console.cli.appcmd.items import chosen, write

UNDER_WAY = {"id": "0a0b", "pool": "P", "pid": 7, "site": "S", "url": "/x?a=1", "verb": "GET", "client": "::1", "elapsed_ms": 1250}


def _listed(**parameters: str) -> list[Any]:
    server: Any = SimpleNamespace(snapshot={"requests": [UNDER_WAY, {**UNDER_WAY, "id": "0c", "pool": "Q"}], "sites": [{"name": "S", "id": 7}]})
    names = {name.replace("_", "."): value for name, value in parameters.items()}
    return chosen(request.items(server), Invocation("list", "request", "", tuple(names.items())))


def test_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    write(_listed(apppool_name="p"), Invocation("list", "request"))
    assert capsys.readouterr().out == 'REQUEST "0a0b" (url:GET /x?a=1, time:1250 msec, client:::1)\n'


def test_where_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    server: Any = SimpleNamespace(snapshot={"requests": [{**UNDER_WAY, "notification": "EXECUTE_REQUEST_HANDLER", "module": "IsapiModule"}]})
    write(chosen(request.items(server), Invocation("list", "request")), Invocation("list", "request"))
    assert capsys.readouterr().out.endswith(", stage:ExecuteRequestHandler, module:IsapiModule)\n")


def test_filters() -> None:
    assert [item.name for item in _listed(site_name="S")] == ["0a0b", "0c"]
    assert _listed(wp_name="8") == []
    assert [item.name for item in _listed(elapsed="1250")] == ["0a0b", "0c"]
    assert _listed(elapsed="1251") == []
    assert [item.name for item in _listed(site_id="7", url="/x?a=1")] == ["0a0b", "0c"]
    with pytest.raises(AppCmdError, match="milliseconds"):
        _listed(elapsed="long")


def test_without_a_service_there_are_none() -> None:
    server: Any = SimpleNamespace(snapshot=None)
    assert list(request.items(server)) == []
