"""Accounts in a worker: right, wrong, unknown, remembered, locked out; and as much work for nobody as for somebody."""

from __future__ import annotations

import hashlib
import time
from typing import Any

import pytest

from hwebcore import accounts
from hwebcore.accounts import MOST_FAILURES, REMEMBERED_S, Accounts, KnownAccount
from tests.support.account_record import record


@pytest.fixture
def known() -> Accounts:
    return Accounts([record("Alice", "öpen", "staff"), record("bob", "x")])


def test_a_password_is_its_accounts_alone(known: Accounts) -> None:
    found = known.check(("alice",), "öpen", "::1")
    assert found is not None
    assert (found.name, found.groups) == ("Alice", frozenset({"staff"}))
    assert known.check(("ALICE",), "open", "::1") is None
    assert known.check(("bob",), "öpen", "::1") is None
    assert known.check(("nobody",), "", "::1") is None


def test_the_first_name_that_is_an_account_decides(known: Accounts) -> None:
    found = known.check((r"D\bob", "bob"), "x", "::1")
    assert found is not None
    assert found.name == "bob"
    assert known.check(("alice", "bob"), "x", "::1") is None


def test_what_was_right_is_remembered_for_a_while(known: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    assert known.remembered(("alice",), "öpen") is None
    known.check(("alice",), "öpen", "::1")
    assert known.remembered(("alice",), "öpen") is not None
    assert known.remembered(("alice",), "wrong") is None
    now = time.monotonic()
    monkeypatch.setattr(accounts.time, "monotonic", lambda: now + REMEMBERED_S + 1)
    assert known.remembered(("alice",), "öpen") is None


def test_a_removed_account_is_forgotten_at_once(known: Accounts) -> None:
    known.check(("bob",), "x", "::1")
    known.put([record("Alice", "other")])
    assert known.remembered(("bob",), "x") is None
    assert known.check(("bob",), "x", "::1") is None
    assert "x" not in repr(known._right)


def test_an_account_that_is_removed_while_its_password_is_checked_is_not_remembered(known: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    matches = KnownAccount.matches

    def removed_meanwhile(account: KnownAccount, password: str) -> bool:
        known.put([])
        return matches(account, password)

    monkeypatch.setattr(KnownAccount, "matches", removed_meanwhile)
    known.check(("bob",), "x", "::1")
    assert known.remembered(("bob",), "x") is None


def test_many_wrong_passwords_lock_that_name_out_from_that_address(known: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(MOST_FAILURES):
        assert not known.locked("bob", "10.0.0.1")
        known.check(("bob",), "wrong", "10.0.0.1")
    assert known.locked("BOB", "10.0.0.1")
    assert not known.locked("bob", "10.0.0.2")
    assert not known.locked("alice", "10.0.0.1")
    now = time.monotonic()
    monkeypatch.setattr(accounts.time, "monotonic", lambda: now + accounts.LOCKED_S + 1)
    assert not known.locked("bob", "10.0.0.1")


# rules: authentication.equal-work
def test_a_name_of_nobody_costs_as_much_work(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int, int]] = []
    scrypt = hashlib.scrypt
    monkeypatch.setattr(hashlib, "scrypt", lambda password, **given: asked.append((given["n"], given["r"], given["p"])) or scrypt(password, **given))
    known = Accounts([record("alice", "x", n=1 << 15)])
    asked.clear()
    known.check(("alice",), "wrong", "::1")
    known.check(("nobody",), "wrong", "::1")
    assert asked[0] == asked[1]
    assert len(asked) == 2


@pytest.mark.parametrize("odd", [{}, {"name": "x", "groups": [], "scrypt": {}}, {"name": "x", "groups": [], "scrypt": {"n": "many"}}])
def test_what_is_no_record_is_refused(odd: dict[str, Any]) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        Accounts([odd])
