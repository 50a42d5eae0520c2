"""HttpLoggingModule: which requests get a line."""

from __future__ import annotations

import pytest

from hwebcore.modules.http_logging import HttpLogging
from hwebcore.pipeline.context import Context
from hwebcore.plan import HttpLogging as Settings
from hwebcore.plan import ScopeSettings
from tests.support.exchange import exchange, host


def log(context: Context) -> None:
    context.items["line"] = True


@pytest.mark.parametrize(
    ("selective", "code", "logged"),
    [
        ("LogAll", 200, True),
        ("LogAll", 500, True),
        ("LogSuccessful", 399, True),
        ("LogSuccessful", 400, False),
        ("LogError", 399, False),
        ("LogError", 404, True),
    ],
)
def test_selective_logging(selective: str, code: int, logged: bool) -> None:
    context = exchange()
    context.response.status = code
    HttpLogging(ScopeSettings(http_logging=Settings(False, selective)), host(site_log=log)).mark(context)  # type: ignore[arg-type]
    assert (context.after == [log]) is logged


def test_nothing_is_logged_where_it_is_off_or_there_is_no_log_or_for_a_shadow() -> None:
    assert HttpLogging(ScopeSettings(http_logging=Settings(dont_log=True)), host(site_log=log)).subscriptions() == ()
    for on in (host(), host(site_log=log, shadow=True)):
        context = exchange()
        HttpLogging(ScopeSettings(), on).mark(context)
        assert context.after is None
