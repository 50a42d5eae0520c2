"""The machine's short name."""

from __future__ import annotations

import pytest

from console.host import host_name


@pytest.mark.parametrize(("full", "short"), [("srv01.example.org", "srv01"), ("srv01", "srv01"), ("", "localhost")])
def test_short_name(monkeypatch: pytest.MonkeyPatch, full: str, short: str) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: full)
    assert host_name() == short
