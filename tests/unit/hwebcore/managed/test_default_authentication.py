"""Whoever nobody authenticated is anonymous, after AuthenticateRequest and not before."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from hwebcore.managed.default_authentication import DefaultAuthenticationModule
from hwebcore.pipeline.context import User
from hwebcore.plan import ScopeSettings

MODULE = DefaultAuthenticationModule(ScopeSettings(), None)  # type: ignore[arg-type]  # it asks its host for nothing


def test_nobody_becomes_anonymous() -> None:
    context: Any = SimpleNamespace(user=None)
    outcome = MODULE.post_authenticate_request(context)
    assert outcome is not None
    assert (outcome.user, context.user.name, context.user.is_authenticated) == ("", "", False)


def test_somebody_stays() -> None:
    ann = User("ann")
    context: Any = SimpleNamespace(user=ann)
    assert MODULE.post_authenticate_request(context) is None
    assert context.user is ann


def test_it_comes_after_authenticate_request() -> None:
    """iis-runtime 3.3 [LAB IV15]: the principal is null at AuthenticateRequest, there at PostAuthenticateRequest."""
    assert not hasattr(MODULE, "authenticate_request")
