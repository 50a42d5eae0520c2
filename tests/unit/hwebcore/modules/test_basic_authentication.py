"""BasicAuthenticationModule: rt 4.1, RFC 7617, reliability.md C 10."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from typing import Any

import pytest

from hwebcore.accounts import MOST_FAILURES, Accounts
from hwebcore.modules.basic_authentication import BasicAuthentication
from hwebcore.pipeline.context import Context, User
from hwebcore.pipeline.contract import Need, Notification, Outcome
from hwebcore.pipeline.threads import BlockingThreads
from hwebcore.plan import BasicAuthentication as Settings
from hwebcore.plan import ScopeSettings
from tests.support.account_record import record
from tests.support.exchange import SOURCE, exchange, host, status


@pytest.fixture
async def threads() -> AsyncIterator[BlockingThreads]:
    made = BlockingThreads(2)
    yield made
    made.stop()


def module(threads: BlockingThreads, realm: str = "", domain: str = "", enabled: bool = True) -> BasicAuthentication:
    known = Accounts([record("Alice", "öpen: sesame", "staff"), record("bob", "x")])
    return BasicAuthentication(ScopeSettings(basic=Settings(enabled, realm, domain, SOURCE)), host(accounts=known, threads=threads))


def asking(credentials: str, encoding: str = "utf-8", scheme: str = "Basic") -> Context:
    return exchange(headers={"Authorization": f"{scheme} {base64.b64encode(credentials.encode(encoding)).decode()}"})


async def answered(basic: BasicAuthentication, context: Context) -> Outcome | None:
    result: Any = basic.authenticate(context)
    return await result if asyncio.iscoroutine(result) else result


# rules: authentication.basic
async def test_its_steps(threads: BlockingThreads) -> None:
    steps = [(step.notification, step.needs) for step in module(threads).subscriptions()]
    assert steps == [(Notification.AUTHENTICATE_REQUEST, (Need.USER,)), (Notification.SEND_RESPONSE, (Need.UNAUTHORIZED,))]
    assert module(threads, enabled=False).subscriptions() == ()


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
async def test_the_right_password_signs_in(threads: BlockingThreads, encoding: str) -> None:
    basic, context = module(threads), asking("alice:öpen: sesame", encoding, "basic")
    outcome = await answered(basic, context)
    assert outcome is not None
    assert (outcome.result, outcome.reason, outcome.source) == ("CONTINUE", "signed in as Alice", SOURCE)
    assert context.user is not None
    assert (context.user.name, context.user.auth_type, context.user.roles) == ("Alice", "Basic", frozenset({"staff"}))
    # The second time it is remembered: no thread is asked.
    again = asking("alice:öpen: sesame", encoding)
    assert isinstance(basic.authenticate(again), Outcome)
    assert again.user is not None


@pytest.mark.parametrize("credentials", ["alice:wrong", "nobody:x", "alice:", ":x", "alice"])
async def test_anything_else_is_401_1(threads: BlockingThreads, credentials: str) -> None:
    context = asking(credentials)
    outcome = await answered(module(threads), context)
    assert outcome is not None
    assert (outcome.result, status(context), context.user) == ("FINISH_REQUEST", "401.1", None)
    assert "wrong" not in repr(outcome)


async def test_garbage_is_401_1(threads: BlockingThreads) -> None:
    for text in ("Basic", "Basic !!!", "Basic " + "A" * 4000):
        context = exchange(headers={"Authorization": text})
        await answered(module(threads), context)
        assert status(context) == "401.1", text


async def test_without_credentials_or_with_a_user_it_does_nothing(threads: BlockingThreads) -> None:
    for context in (exchange(), exchange(headers={"Authorization": "Bearer x"}), exchange(user=User("mary", "Forms"))):
        assert module(threads).authenticate(context) is None
        assert status(context).startswith("200")


# rules: authentication.basic-domain
@pytest.mark.parametrize(
    ("given", "domain", "fits"),
    [("bob", "CORP", True), (r"corp\bob", "CORP", True), (r".\bob", "", True), (r"OTHER\bob", "CORP", False), (r"OTHER\bob", "", False)],
)
async def test_the_default_logon_domain_is_ours(threads: BlockingThreads, given: str, domain: str, fits: bool) -> None:
    context = asking(f"{given}:x")
    await answered(module(threads, domain=domain), context)
    assert (context.user is not None) == fits


# rules: authentication.basic-lock-out
async def test_too_many_failures_are_refused_without_looking(threads: BlockingThreads) -> None:
    basic = module(threads)
    for _ in range(MOST_FAILURES):
        await answered(basic, asking("bob:wrong"))
    context = asking("bob:x")
    outcome = basic.authenticate(context)
    assert isinstance(outcome, Outcome)
    assert status(context) == "401.1"
    assert "too many" in (outcome.reason or "")


@pytest.mark.parametrize(("realm", "said"), [("", "site.test"), ('a "b" \\ c\r\n', 'a \\"b\\" \\\\ c'), ("日本", "??")])
async def test_every_401_is_a_challenge(threads: BlockingThreads, realm: str, said: str) -> None:
    basic, context = module(threads, realm), exchange()
    basic.challenge(context)
    assert "WWW-Authenticate" not in context.response.headers
    context.fail(401, 2)
    basic.challenge(context)
    assert context.response.headers.get_all("WWW-Authenticate") == [f'Basic realm="{said}"']
