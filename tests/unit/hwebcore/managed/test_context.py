"""The facade itself: users, rewriting, and the scope that users' code runs in. What both pipelines do with it is in test_adapter.py."""

from __future__ import annotations

import contextvars
from types import SimpleNamespace
from typing import Any

import pytest

from hwebcore.managed.context import ManagedContext
from hwebcore.pipeline.context import Response, User
from tests.support.exchange import exchange, host

VARIABLE: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="clean")


def made(integrated: bool = True, path: str = "/app") -> ManagedContext:
    owner: Any = SimpleNamespace(facade={}, new_scope=contextvars.Context)
    native = exchange("/app/a?b=c", on=host(path=path, map_path=lambda url: "/files" + url))
    return ManagedContext(native, owner, integrated, native.response if integrated else Response())


def test_one_identity_or_two() -> None:
    integrated, classic = made(), made(False)
    integrated.user = classic.user = "ann"
    assert (integrated.native.user.name, classic.native.user) == ("ann", None)  # type: ignore[union-attr]  # it is there, else the test fails
    assert (classic.user.name, classic.user.is_authenticated, classic.touched) == ("ann", True, True)


def test_what_a_user_may_be() -> None:
    context = made()
    context.user = SimpleNamespace(name="ann", roles=["staff"])
    assert (context.user.name, context.user.is_in_role("staff")) == ("ann", True)
    own = User("bob")
    context.user = own
    assert context.user is own
    context.user = None
    assert context.user is None
    with pytest.raises(TypeError, match="a user is a name"):
        context.user = 7


@pytest.mark.parametrize(("url", "path"), [("~/x?q=1", "/app/x"), ("x?q=1", "/app/x"), ("/x?q=1", "/x")])
def test_rewriting(url: str, path: str) -> None:
    context, classic = made(), made(False)
    context.rewrite_path(url)
    classic.rewrite_path(url)
    assert (context.request.path, context.request.query_string, context.native.request.path, context.native.request.query_string) == (
        path,
        "q=1",
        path,
        "q=1",
    )
    assert (classic.request.path, classic.native.request.path, classic.request.physical_path) == (path, "/app/a", "/files" + path)


def test_a_scope_is_entered_once_and_copied_inside() -> None:
    context = made()

    def inner() -> str:
        VARIABLE.set("inner")
        return VARIABLE.get()

    def outer() -> tuple[str, str]:
        VARIABLE.set("outer")
        return context.call(inner), VARIABLE.get()

    assert context.call(outer) == ("inner", "outer")
    assert (context.call(VARIABLE.get), VARIABLE.get()) == ("outer", "clean")


def test_an_error_leaves_the_scope() -> None:
    context = made()
    with pytest.raises(ZeroDivisionError):
        context.call(lambda: 1 / 0)
    assert context.enter_scope() is context.scope


def test_completing() -> None:
    context, classic = made(), made(False)
    context.complete_request()
    classic.complete_request()
    assert (context.completed, context.native.completed, classic.completed, classic.native.completed) == (True, True, True, False)
