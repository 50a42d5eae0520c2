from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from console.cli.command_line import run


@pytest.fixture
def account(sample: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    folder = sample("first-run")

    def called(*words: str, password: str = "") -> int:
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{password}\n"))
        return run(["account", *words, "--config", str(folder)])

    return called


def test_accounts_come_and_go(account: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    assert account("add", "alice", "--group", "staff", "--group", "admins", password="open sesame") == 0
    assert account("add", "ALICE", password="x") == 1
    assert account("add", "alice", "--replace", password="other") == 0
    assert account("add", "bob", "--group", "staff", password="x") == 0
    capsys.readouterr()
    assert account("list") == 0
    assert capsys.readouterr().out == "alice\nbob  (staff)\n"
    assert account("remove", "Bob", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"schema": 1, "event": "removed", "account": "bob"}
    assert account("list", "--json") == 0
    assert json.loads(capsys.readouterr().out)["accounts"] == [{"name": "alice", "groups": [], "ntlm": False}]
    assert account("remove", "bob") == 1


@pytest.mark.parametrize("words", [("add",), ("remove",), ("list", "alice"), ("add", "a:b"), ("add", " x"), ("frob", "x")])
def test_what_cannot_be_meant(account: Callable[..., int], words: tuple[str, ...]) -> None:
    assert account(*words, password="x") == 2


def test_an_empty_password_is_none(account: Callable[..., int]) -> None:
    assert account("add", "alice") == 2


def test_ntlm_is_asked_for_and_said_to_be_as_good_as_the_password(account: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    assert account("add", "alice", "--ntlm", password="open sesame") == 0
    assert "as good as the password" in capsys.readouterr().err
    assert account("list") == 0
    assert capsys.readouterr().out == "alice  NTLM\n"
    assert account("add", "alice", "--replace", password="other") == 0
    assert "as good" not in capsys.readouterr().err
    assert account("list", "--json") == 0
    assert json.loads(capsys.readouterr().out)["accounts"] == [{"name": "alice", "groups": [], "ntlm": False}]
