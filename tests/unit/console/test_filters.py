"""The filter language of Live Requests."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from console.filters import BadFilter, parse

ENTRY = SimpleNamespace(
    pool="Classic .NET AppPool", site="Intranet", url="/shop/cart?id=7", method="POST", status=404, substatus=8, status_shown="404.8",
    user_shown="ada", client="127.0.0.1", mode="Classic", handler="StaticFile", pid=4121, duration_us=1500.0, bytes_sent=2000, shadow_shown="no",
)  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "shop", "CART", "ada", "404.8", "pool:classic*", 'pool:"Classic .NET AppPool"', "status>=400", "status:404", "status:404.8", "status:4xx",
        "time>1ms", "time>1.4", "time<2s", "bytes>1kb", "verb:post", "mode:classic", "-pool:default*", "url:/shop*", "nothing or status=404",
        "status>=400 verb:post", "user:ada and mode:classic", "shadow:no", "user!=bob",
    ],
)  # fmt: skip
def test_accepts(text: str) -> None:
    accepts = parse(text).accepts
    assert accepts is not None
    assert accepts(ENTRY)


@pytest.mark.parametrize(
    "text", ["nothing", "-shop", "status>=500", "time>2ms", "pool:default*", "status>=400 verb:get", "nothing or verb:get", "status!=404"]
)
def test_refuses(text: str) -> None:
    accepts = parse(text).accepts
    assert accepts is not None
    assert not accepts(ENTRY)


def test_empty_accepts_everything() -> None:
    assert parse("  ").accepts is None
    assert parse("or").accepts is None


@pytest.mark.parametrize("text", ["status>=abc", "colour=red", "pool>=3", "time>fast"])
def test_what_cannot_be_read_is_told(text: str) -> None:
    with pytest.raises(BadFilter):
        parse(text)


def test_half_typed_quotes_do_not_fail() -> None:
    assert parse('pool:"Clas').accepts is not None


def test_brackets_are_plain() -> None:
    accepts = parse("url:*[x]*").accepts
    assert accepts is not None
    assert accepts(SimpleNamespace(**{**vars(ENTRY), "url": "/a[x]b"}))
