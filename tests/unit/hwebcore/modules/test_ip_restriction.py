"""IpRestrictionModule: rt 4.1; cfg 3 (ipSecurity) and 6.4. The golden cases have it as a client sees it."""

from __future__ import annotations

from typing import Any

import pytest

from hwebcore.modules import ip_restriction
from hwebcore.modules.ip_restriction import IpRestriction
from hwebcore.pipeline.context import Context
from hwebcore.pipeline.contract import FINISH, Notification, Outcome, Priority
from hwebcore.plan import AddressRule, AddressRules, ScopeSettings, Source
from tests.support.exchange import SOURCE, exchange, host, status
from tests.support.pipeline_driver import PipelineDriver, Wired, handler, native, row

UNLISTED = Source("web.config", 5, 3, "MACHINE/WEBROOT/APPHOST/Site")


def deny(address: str, mask: str = "255.255.255.255") -> AddressRule:
    return AddressRule(address, mask, False, SOURCE)


def allow(address: str, mask: str = "255.255.255.255") -> AddressRule:
    return AddressRule(address, mask, True, SOURCE)


def module(*rules: AddressRule, **more: Any) -> IpRestriction:
    return IpRestriction(ScopeSettings(address_rules=AddressRules(rules, unlisted_source=UNLISTED, **more)), host())


def asked(one: IpRestriction, client: str, forwarded: str | None = None) -> tuple[Context, Outcome | None]:
    context = exchange(client=client, headers={} if forwarded is None else {"X-Forwarded-For": forwarded})
    result = one.judge(context)
    assert result is None or isinstance(result, Outcome)
    return context, result


def answers(one: IpRestriction, client: str, forwarded: str | None = None) -> str:
    context, outcome = asked(one, client, forwarded)
    return "let in" if outcome is None else status(context)


@pytest.mark.parametrize(
    ("rules", "unlisted", "steps"),
    [((), True, 0), ((allow("10.0.0.1"),), True, 0), ((deny("10.0.0.1"),), True, 1), ((allow("10.0.0.1"),), False, 1), ((), False, 1)],
)
def test_its_steps(rules: tuple[AddressRule, ...], unlisted: bool, steps: int) -> None:
    found = module(*rules, allow_unlisted=unlisted).subscriptions()
    assert [(step.notification, step.priority) for step in found] == [(Notification.BEGIN_REQUEST, Priority.HIGH)] * steps


# rules: addresses.listed addresses.order
def test_the_first_entry_that_fits_decides() -> None:
    one = module(allow("10.1.2.3"), deny("10.0.0.0", "255.0.0.0"), allow("10.9.9.9"), deny("2001:db8::", "32"))
    found = {client: answers(one, client) for client in ("10.1.2.3", "10.9.9.9", "::ffff:10.9.9.9", "11.0.0.1", "2001:db8::7", "2001:db9::7")}
    assert found == {
        "10.1.2.3": "let in",
        "10.9.9.9": "403.6",
        "::ffff:10.9.9.9": "403.6",
        "11.0.0.1": "let in",
        "2001:db8::7": "403.6",
        "2001:db9::7": "let in",
    }
    for _ in range(2):  # also when it is remembered
        outcome = asked(one, "10.7.7.7")[1]
        assert outcome is not None
        assert (outcome.reason, outcome.source) == ("denied by 10.0.0.0, mask 255.0.0.0", SOURCE)


# rules: addresses.unlisted
def test_only_listed_addresses_are_let_in() -> None:
    one = module(allow("10.1.2.3"), allow_unlisted=False)
    assert answers(one, "10.1.2.3") == "let in"
    outcome = asked(one, "10.1.2.4")[1]
    assert outcome is not None
    assert (outcome.reason, outcome.source) == ("only listed addresses are let in", UNLISTED)
    assert answers(one, "") == "403.6"  # a trace: from this machine, which is not listed
    assert answers(module(allow("127.0.0.1"), allow_unlisted=False), "") == "let in"


# rules: addresses.action
@pytest.mark.parametrize(("action", "expected"), [("Unauthorized", "401.503"), ("Forbidden", "403.6"), ("NotFound", "404.503")])
def test_what_is_answered(action: str, expected: str) -> None:
    assert answers(module(deny("10.0.0.9"), action=action), "10.0.0.9") == expected


# rules: addresses.proxy
@pytest.mark.parametrize(
    ("client", "told", "expected"),
    [
        ("192.0.2.1", None, "let in"),
        ("192.0.2.1", "", "let in"),
        ("192.0.2.1", "203.0.113.9", "let in"),
        ("192.0.2.1", "10.0.0.9", "403.6"),
        ("192.0.2.1", "10.0.0.9, 203.0.113.9", "403.6"),
        ("192.0.2.1", "203.0.113.9,10.0.0.9:50000", "403.6"),
        ("192.0.2.1", "[2001:db8::1]:50000", "403.6"),
        ("192.0.2.1", "2001:db8::1", "403.6"),
        ("10.0.0.9", "203.0.113.9", "403.6"),
        ("192.0.2.1", "unknown", "400.10"),
        ("192.0.2.1", "203.0.113.9, <script>", "400.10"),
    ],
)
def test_behind_a_proxy_every_address_counts(client: str, told: str | None, expected: str) -> None:
    rules = (deny("10.0.0.0", "8"), deny("2001:db8::", "32"))
    assert answers(module(*rules, by_proxy=True), client, told) == expected
    assert answers(module(*rules), client, told) == ("403.6" if client == "10.0.0.9" else "let in")


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ip_restriction, "_MOST_REMEMBERED", 2)
    one = module(deny("10.0.0.1"))
    assert [answers(one, f"10.0.0.{last}") for last in (1, 2, 3, 1, 4)] == ["403.6", "let in", "let in", "403.6", "let in"]
    assert len(one._judged) <= 2


# rules: addresses.action
async def test_nothing_leaves_of_an_aborted_request() -> None:
    scope = ScopeSettings(
        modules=(native("Addresses"), native("Handler")),
        handlers=(row(require_access="None"),),
        address_rules=AddressRules((deny("127.0.0.1"),), action="AbortRequest"),
    )
    driver = PipelineDriver(scope, modules={"Addresses": IpRestriction}, handlers={"Handler": handler(lambda context: FINISH)})
    async with Wired(driver.host) as wired:
        wired.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        try:
            came = await wired.reader.read(-1)
        except ConnectionResetError:
            came = b""
        assert came == b""
    driver.close()


def test_very_many_proxies_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each address is held against each rule, and a head has room for thousands."""
    one = module(deny("10.0.0.9"), by_proxy=True)
    listed = [f"::{number:x}" for number in range(65)]
    assert answers(one, "10.0.0.1", ",".join(listed[:64])) == "let in"
    assert answers(one, "10.0.0.1", ",".join(listed)) == "400.10"
