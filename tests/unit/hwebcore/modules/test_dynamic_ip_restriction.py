"""DynamicIpRestrictionModule: rt 4.1 and 6. The golden cases have the rate as a client sees it."""

from __future__ import annotations

import time
from typing import Any

import pytest

from hwebcore.modules import dynamic_ip_restriction
from hwebcore.modules.dynamic_ip_restriction import Clients, DynamicIpRestriction
from hwebcore.pipeline.context import Context, Headers
from hwebcore.pipeline.contract import FINISH, Notification, Outcome, Priority
from hwebcore.plan import RequestLimits, ScopeSettings
from tests.support.exchange import SOURCE, exchange, host, status
from tests.support.pipeline_driver import PipelineDriver, Wired, handler, native, row


class Shared:
    """What the applications of one worker have in common."""


class Broken:
    turned_away = 0

    def turn_away(self) -> None:
        self.turned_away += 1


def module(pipeline: Any, **limits: Any) -> DynamicIpRestriction:
    given = RequestLimits(**{"at_once_source": SOURCE, "in_a_while_source": SOURCE, **limits})
    return DynamicIpRestriction(ScopeSettings(request_limits=given), host(pipeline=pipeline))


def asked(one: DynamicIpRestriction, client: str = "10.0.0.9", **more: Any) -> tuple[Context, Outcome | None]:
    context = exchange(client=client, **more)
    result = one.begin(context)
    assert result is None or isinstance(result, Outcome)
    return context, result


def test_its_steps() -> None:
    steps = [(step.notification, step.priority) for step in module(Shared(), at_once=1).subscriptions()]
    assert steps == [(Notification.BEGIN_REQUEST, Priority.FIRST), (Notification.END_REQUEST, Priority.FIRST)]
    assert module(Shared()).subscriptions() == ()


# rules: limits.requests-at-once
def test_too_many_at_once_are_denied_until_one_ends() -> None:
    pipeline = Shared()
    one, other = (module(pipeline, at_once=2) for _ in range(2))  # scopes that the same lines limit count together
    first, _ = asked(one)
    assert asked(other)[1] is None
    denied, outcome = asked(one)
    assert outcome is not None
    assert (outcome.reason, outcome.source) == ("more than 2 requests of one address at once", SOURCE)
    assert status(denied) == "403.501"
    assert asked(one, "10.0.0.8")[1] is None
    assert asked(module(Shared(), at_once=2))[1] is None  # another worker
    for ended in (denied, first, first):  # a second end is none
        one.end(ended)
    assert asked(one)[1] is None
    assert asked(one)[1] is not None


# rules: limits.requests-rate
def test_a_while_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    one = module(Shared(), in_a_while=2, while_s=0.5)
    for expected in (None, None, "403.502"):
        context, outcome = asked(one)
        assert (None if outcome is None else status(context)) == expected
    now[0] += 0.5
    assert asked(one)[1] is None


def test_who_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dynamic_ip_restriction, "_MOST_ADDRESSES", 2)
    clients = Clients(60.0)
    for address in ("a", "b", "a", "c"):
        clients.begin(address)
    assert [clients.begin(address)[1] for address in ("b", "c", "a")] == [2, 2, 1]


@pytest.mark.parametrize(("action", "expected"), [("Unauthorized", "401.501"), ("Forbidden", "403.501"), ("NotFound", "404.501")])
def test_what_is_answered(action: str, expected: str) -> None:
    one = module(Shared(), at_once=1, action=action)
    asked(one)
    assert status(asked(one)[0]) == expected


def test_abort_request_breaks_the_connection_off() -> None:
    one, wire = module(Shared(), at_once=1, action="AbortRequest"), Broken()
    asked(one)
    context = exchange(client="10.0.0.9")
    context.wire = wire  # type: ignore[assignment]  # all that is asked of it
    one.begin(context)
    assert wire.turned_away == 1


@pytest.mark.parametrize(
    ("told", "same"),
    [
        ("1.1.1.1", "1.1.1.1"),
        ("1.1.1.1, 2.2.2.2", "2.2.2.2"),
        ("1.1.1.1, 2.2.2.2:50001", "3.3.3.3,2.2.2.2:50002"),
        ("", None),
        (None, " "),
        (",", None),
    ],
)
def test_behind_a_proxy_the_last_address_that_it_tells_counts(told: str | None, same: str | None) -> None:
    one = module(Shared(), at_once=1, by_proxy=True)
    first, second = ({} if value is None else {"X-Forwarded-For": value} for value in (told, same))
    assert asked(one, headers=first)[1] is None
    assert asked(one, headers=second)[1] is not None
    assert asked(one, headers={"X-Forwarded-For": "9.9.9.9"})[1] is None


def test_only_told() -> None:
    one = module(Shared(), at_once=1, only_told=True)
    asked(one)
    context, outcome = asked(one)
    assert outcome is not None
    assert (outcome.result, status(context)) == ("CONTINUE", "200.0")


async def test_nothing_leaves_of_an_aborted_request() -> None:
    limits = RequestLimits(in_a_while=1, while_s=60.0, action="AbortRequest")
    scope = ScopeSettings(modules=(native("Limits"), native("Handler")), handlers=(row(require_access="None"),), request_limits=limits)
    driver = PipelineDriver(scope, modules={"Limits": DynamicIpRestriction}, handlers={"Handler": handler(lambda context: FINISH)})
    async with Wired(driver.host) as wired:
        for _ in range(2):
            wired.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert (await wired.reader.read(-1)).count(b"HTTP/1.1 ") <= 1
    driver.close()


def test_of_two_lines_the_last_one_counts() -> None:
    one = module(Shared(), at_once=1, by_proxy=True)
    results = []
    for made_up in ("1.1.1.1", "3.3.3.3"):
        context = exchange(client="10.0.0.9")
        context.request.headers = Headers([("X-Forwarded-For", made_up), ("X-Forwarded-For", "2.2.2.2")])
        results.append(one.begin(context))
    assert [result is None for result in results] == [True, False]
