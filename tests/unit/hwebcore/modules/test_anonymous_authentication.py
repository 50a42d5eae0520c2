"""AnonymousAuthenticationModule: rt 4.1."""

from __future__ import annotations

from hwebcore.modules.anonymous_authentication import AnonymousAuthentication
from hwebcore.pipeline.context import User
from hwebcore.pipeline.contract import Notification, Priority
from hwebcore.plan import AnonymousAuthentication as Settings
from hwebcore.plan import ScopeSettings
from tests.support.exchange import SOURCE, exchange, host, told


def module(enabled: bool = True) -> AnonymousAuthentication:
    return AnonymousAuthentication(ScopeSettings(anonymous=Settings(enabled, "IUSR", SOURCE)), host())


def test_it_asks_last() -> None:
    [subscription] = module().subscriptions()
    assert (subscription.notification, subscription.priority) == (Notification.AUTHENTICATE_REQUEST, Priority.LAST)


def test_nobody_becomes_anonymous() -> None:
    context = exchange()
    outcome = told(module().authenticate(context))
    assert context.user is not None
    assert not context.user.is_authenticated
    assert (outcome.result, outcome.user, outcome.source) == ("CONTINUE", "", SOURCE)


def test_a_user_is_left_alone() -> None:
    user = User("mary", "Forms")
    context = exchange(user=user)
    assert module().authenticate(context) is None
    assert context.user is user


def test_disabled_it_takes_no_part_and_says_so() -> None:
    assert module(enabled=False).subscriptions() == ()
    assert module(enabled=False).idle_reason == "anonymous authentication is disabled"
