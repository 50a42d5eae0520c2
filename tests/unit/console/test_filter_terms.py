"""What one term of a filter holds for."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest

from console.filter_terms import Meaningless, predicate

ENTRY = SimpleNamespace(
    pool="Classic .NET AppPool", site="Intranet", url="/shop/cart?id=7", method="POST", status=404, substatus=8, status_shown="404.8",
    user_shown="ada", client="127.0.0.1", mode="Classic", handler="StaticFile", pid=4121, duration_us=1500.0, bytes_sent=2000, shadow_shown="no",
    steps=19,
)  # fmt: skip

HOLDS = [
    ("", "", "shop"), ("", "", "CART"), ("", "", "/shop*"), ("", "", "*id=*"), ("pool", ":", "classic"), ("pool", ":", "classic*"),
    ("pool", "=", "classic .net apppool"), ("pool", "!=", "classic"), ("pool", "!=", "Default*"), ("pool", "~", "^classic.*pool$"),
    ("status", ">=", "400"), ("status", ":", "404"), ("status", "=", "404.8"), ("status", ":", "4xx"), ("status", ":", "4*"), ("status", "!=", "5xx"),
    ("status", ">", "404.7"), ("status", "<", "404.9"), ("status", "~", "^40[34]"), ("substatus", "=", "8"),
    ("time", ">", "1ms"), ("time", ">", "1.4"), ("time", "<", "2s"), ("time", "=", "1500us"), ("time", "=", "1500µs"), ("bytes", ">", "1kb"),
    ("bytes", "<=", "2000"), ("verb", ":", "post"), ("method", "=", "POST"), ("path", ":", "/shop*"), ("user", "!=", "bob"), ("steps", "=", "19"),
    ("pid", "=", "4121"), ("client", ":", "127."), ("handler", "=", "staticfile"), ("shadow", ":", "no"), ("mode", ":", "c*c"),
]  # fmt: skip
HOLDS_NOT = [
    ("", "", "nothing"), ("", "", "shop*"), ("", "", "ada"), ("pool", "=", "Classic"), ("pool", "!=", "classic*"), ("pool", ":", "Default*"),
    ("status", ">=", "500"), ("status", "!=", "404"), ("status", "=", "404.9"), ("status", ":", "5xx"), ("time", ">", "2ms"), ("verb", "=", "POS"),
    ("url", ":", "/shop*z"), ("url", "~", "^/cart"), ("mode", ":", "*i*n*"),
]  # fmt: skip


@pytest.mark.parametrize("term", HOLDS, ids="".join)
def test_holds(term: tuple[str, str, str]) -> None:
    assert predicate(*term)(ENTRY)


@pytest.mark.parametrize("term", HOLDS_NOT, ids="".join)
def test_does_not_hold(term: tuple[str, str, str]) -> None:
    assert not predicate(*term)(ENTRY)


@pytest.mark.parametrize(
    "term",
    [("status", ">=", "4xx"), ("status", ":", "abc"), ("status", "=", "4040"), ("pool", ">", "3"), ("time", ">", "fast"), ("time", ">", "3kb"),
     ("pid", "=", "3ms"), ("bytes", "<", "-1"), ("url", "~", "("), ("url", "~", "a{99999999999}"), ("pool", ":", ""), ("time", "=", "9" * 400)],
    ids="".join,
)  # fmt: skip
def test_what_does_not_fit_is_told(term: tuple[str, str, str]) -> None:
    with pytest.raises(Meaningless, match=r"."):
        predicate(*term)


def test_brackets_and_questions_are_plain() -> None:
    assert predicate("url", ":", "*[x]?")(SimpleNamespace(url="/a[x]?"))
    assert not predicate("url", ":", "*[x]?")(SimpleNamespace(url="/ax1"))


def test_many_wildcards_take_no_time() -> None:
    holds = predicate("url", ":", "*a" * 60 + "b")
    began = time.perf_counter()
    assert not holds(SimpleNamespace(url="a" * 256))
    assert time.perf_counter() - began < 1
