"""What is said after the console: what still runs, and how it is stopped."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from console.cli.open import farewell

CONFIG = Path("/srv/a b/applicationHost.config")


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


def said(monkeypatch: pytest.MonkeyPatch, stays: bool | None, *urls: str, terminal: bool = True) -> str:
    errors = Tty() if terminal else io.StringIO()
    monkeypatch.setattr(sys, "stderr", errors)
    farewell(stays, list(urls), CONFIG)
    return errors.getvalue()


def test_what_goes_on_is_named_with_the_command_that_stops_it(monkeypatch: pytest.MonkeyPatch) -> None:
    told = said(monkeypatch, True, "http://127.0.0.1:1", "http://a\x1b[2J.example")
    assert "http://127.0.0.1:1" in told
    assert "poolhouse stop '/srv/a b/applicationHost.config'" in told
    assert "\x1b" not in told, "a site's address is foreign text"


def test_what_was_not_told_to_stay_says_when_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "ends 10 s after its last console" in said(monkeypatch, None)


@pytest.mark.parametrize(("stays", "terminal"), [(False, True), (True, False)], ids=["stopped", "nobody reads"])
def test_otherwise_nothing_is_said(monkeypatch: pytest.MonkeyPatch, stays: bool, terminal: bool) -> None:
    assert said(monkeypatch, stays, terminal=terminal) == ""
