"""httpHandlers: first match in order, verbs with case, paths without."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from hwebcore.managed.classic_map import ClassicMap, is_handed_back
from hwebcore.pipeline.contract import HttpFault
from hwebcore.plan import ManagedHandlerMapping, ManagedSettings, ScopeSettings

ROWS = (
    ManagedHandlerMapping("hello", (), "app.Hello"),
    ManagedHandlerMapping("*.aspx,*.page", ("GET",), "app.Page"),
    ManagedHandlerMapping("again", (), "app.Hello"),
    ManagedHandlerMapping("*", ("GET", "HEAD", "POST"), "System.Web.DefaultHttpHandler"),
    ManagedHandlerMapping("*", ("*",), "System.Web.HttpMethodNotAllowedHandler"),
)
MAP = ClassicMap(ScopeSettings(managed=ManagedSettings(http_handlers=ROWS)), None)  # type: ignore[arg-type]  # it asks its host for nothing


def asked(path: str, method: str = "GET") -> Any:
    return SimpleNamespace(request=SimpleNamespace(path=path, method=method))


@pytest.mark.parametrize(
    ("path", "method", "row"),
    [
        ("/hello", "GET", 0),
        ("/a/HELLO", "PUT", 0),
        ("/x.ASPX", "GET", 1),
        ("/x.page", "GET", 1),
        ("/x.aspx", "get", 4),
        ("/x.aspx", "POST", 3),
        ("/x", "PUT", 4),
    ],
)
def test_first_match(path: str, method: str, row: int) -> None:
    assert MAP.find(method, path).row is ROWS[row]


def test_no_match_is_404() -> None:
    rows = ClassicMap(ScopeSettings(managed=ManagedSettings(http_handlers=ROWS[:2])), None)  # type: ignore[arg-type]  # it asks its host for nothing
    with pytest.raises(HttpFault) as caught:
        rows.find("GET", "/other")
    assert caught.value.status == 404


def test_each_type_once() -> None:
    assert [row.type for row in MAP.types()] == ["app.Hello", "app.Page", "System.Web.DefaultHttpHandler", "System.Web.HttpMethodNotAllowedHandler"]


def test_what_refuses_and_what_goes_back() -> None:
    with pytest.raises(HttpFault) as caught:
        MAP.call(ROWS[4])(asked("/x"))
    assert caught.value.status == 405
    assert [is_handed_back(row) for row in ROWS] == [False, False, False, True, False]
