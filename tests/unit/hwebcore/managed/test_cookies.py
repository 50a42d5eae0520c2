"""Set-Cookie values."""

from __future__ import annotations

import pytest

from hwebcore.managed.cookies import set_cookie


# rules: forms.cookie
def test_always_http_only_and_same_site() -> None:
    assert set_cookie("a", "b") == "a=b; path=/; HttpOnly; SameSite=Lax"


def test_everything() -> None:
    line = set_cookie("a", "b", path="/app", domain="example.com", secure=True, same_site="Strict", expires=0.0)
    assert line == "a=b; expires=Thu, 01 Jan 1970 00:00:00 GMT; domain=example.com; path=/app; HttpOnly; Secure; SameSite=Strict"


@pytest.mark.parametrize(("name", "value"), [("", "x"), ("a", "x;y"), ("a", "x\r\ny"), ("a=b", "x"), ("a b", "x"), ("a", "é")])
def test_what_no_cookie_may_hold(name: str, value: str) -> None:
    with pytest.raises(ValueError, match="holds what no cookie may"):
        set_cookie(name, value)


def test_no_attribute_is_smuggled_in() -> None:
    with pytest.raises(ValueError, match="semicolon"):
        set_cookie("a", "b", path="/; Domain=evil")
