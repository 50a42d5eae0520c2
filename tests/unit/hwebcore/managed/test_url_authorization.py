"""system.web/authorization: the first rule that matches, from the deepest level up."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from hwebcore.managed.url_authorization import UrlAuthorizationModule
from hwebcore.pipeline.context import User
from hwebcore.plan import AuthorizationRule, ManagedSettings, ScopeSettings

ANN, BOB, NOBODY = User("Ann", "Forms", frozenset({"staff"})), User("bob", "Forms"), User("")


def decide(rules: tuple[AuthorizationRule, ...], user: User | None, method: str = "GET", skip: bool = False) -> tuple[int, str | None]:
    done: list[str] = []
    context: Any = SimpleNamespace(
        user=user, request=SimpleNamespace(method=method, path="/x"), native=SimpleNamespace(mapped="/x"), response=SimpleNamespace(status=200), skip_authorization=skip,
        complete_request=lambda: done.append("completed"),
    )  # fmt: skip
    settings = ScopeSettings(managed=ManagedSettings(authorization=rules))
    outcome = UrlAuthorizationModule(settings, None).authorize_request(context)  # type: ignore[arg-type]  # it asks its host for nothing
    assert bool(done) == (context.response.status == 401)
    return context.response.status, outcome.reason if outcome else None


def allow(*users: str, **more: Any) -> AuthorizationRule:
    return AuthorizationRule(True, users, **more)


def deny(*users: str, **more: Any) -> AuthorizationRule:
    return AuthorizationRule(False, users, **more)


@pytest.mark.parametrize(
    ("rules", "user", "status", "reason"),
    [
        ((deny("?"), allow("*")), NOBODY, 401, "DENIED ?"),
        ((deny("?"), allow("*")), None, 401, "DENIED ?"),
        ((deny("?"), allow("*")), ANN, 200, None),
        ((allow("ann"), deny("*")), ANN, 200, "allowed ann"),
        ((allow("ann"), deny("*")), BOB, 401, "DENIED *"),
        ((allow(roles=("staff",)), deny("*")), ANN, 200, "allowed staff"),
        ((allow(roles=("staff",)), deny("*")), BOB, 401, "DENIED *"),
        ((allow("ann"),), BOB, 401, "DENIED: no rule matches"),
        ((deny("*"), allow("*")), ANN, 401, "DENIED *"),
    ],
)
def test_rules(rules: tuple[AuthorizationRule, ...], user: User | None, status: int, reason: str | None) -> None:
    assert decide(rules, user) == (status, reason)


def test_verbs() -> None:
    rules = (deny("*", verbs=("post",)), allow("*"))
    assert decide(rules, ANN, "POST")[0] == 401
    assert decide(rules, ANN, "GET")[0] == 200


def test_the_login_page_is_open() -> None:
    assert decide((deny("*"),), NOBODY, skip=True) == (200, "the login page is open to everybody")


def test_without_rules_it_has_nothing_to_do() -> None:
    assert UrlAuthorizationModule(ScopeSettings(), None).idle_reason == "no authorization rules"  # type: ignore[arg-type]  # it asks its host for nothing
