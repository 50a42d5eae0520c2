"""UrlAuthorizationModule (native): Deny wins wherever it stands; nobody's rule denies."""

from __future__ import annotations

import itertools

import pytest

from hwebcore.modules.url_authorization import UrlAuthorization
from hwebcore.pipeline.context import User
from hwebcore.plan import AuthorizationRule, ScopeSettings
from tests.support.exchange import SOURCE, exchange, host, status, told

EVERYBODY = AuthorizationRule(True, users=("*",), source=SOURCE)
MARY = User("Mary", "Forms", frozenset({"editors"}))


def answer(rules: tuple[AuthorizationRule, ...], user: User | None, verb: str = "GET") -> str:
    context = exchange("/", verb, user=user)
    UrlAuthorization(ScopeSettings(authorization=rules), host()).authorize(context)
    return status(context)


def test_allow_names_its_rule() -> None:
    outcome = told(UrlAuthorization(ScopeSettings(authorization=(EVERYBODY,)), host()).authorize(exchange(user=MARY)))
    assert (outcome.result, outcome.reason, outcome.source) == ("CONTINUE", 'allowed by allow users="*"', SOURCE)


def test_deny_names_its_rule() -> None:
    rule = AuthorizationRule(False, users=("?",), verbs=("GET",), source=SOURCE)
    context = exchange(user=User(""))
    outcome = told(UrlAuthorization(ScopeSettings(authorization=(EVERYBODY, rule)), host()).authorize(context))
    assert (outcome.result, outcome.reason, outcome.source) == ("FINISH_REQUEST", 'denied by rule deny users="?" verbs="GET"', SOURCE)
    assert status(context) == "401.2"


@pytest.mark.parametrize(
    ("denied", "user", "verb", "expected"),
    [
        (AuthorizationRule(False, users=("?",)), User(""), "GET", "401.2"),
        (AuthorizationRule(False, users=("?",)), MARY, "GET", "200.0"),
        (AuthorizationRule(False, users=("mary",)), MARY, "GET", "401.2"),
        (AuthorizationRule(False, roles=("editors",)), MARY, "GET", "401.2"),
        (AuthorizationRule(False, roles=("editors",)), User(""), "GET", "200.0"),
        (AuthorizationRule(False, users=("*",), verbs=("POST",)), MARY, "GET", "200.0"),
        (AuthorizationRule(False, users=("*",), verbs=("POST",)), MARY, "POST", "401.2"),
        (AuthorizationRule(False), MARY, "GET", "200.0"),
    ],
)
def test_deny_wins_in_any_order(denied: AuthorizationRule, user: User, verb: str, expected: str) -> None:
    for rules in itertools.permutations((EVERYBODY, denied, AuthorizationRule(True, users=("mary",)))):
        assert answer(rules, user, verb) == expected


def test_whom_no_rule_allows_is_denied() -> None:
    assert answer((), MARY) == "401.2"
    assert answer((AuthorizationRule(True, users=("john",)),), MARY) == "401.2"
    assert answer((AuthorizationRule(True, roles=("*",)),), User("")) == "401.2"
