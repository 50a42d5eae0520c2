"""Signing in: credentials, requireSSL, where a visitor may be sent, equal work for unknown users."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from hwebcore.managed import forms as forms_file
from hwebcore.managed.forms import is_local
from tests.support.forms_site import SETTINGS, Make, forms_site, sign_in

__all__ = ["forms_site"]


@pytest.mark.parametrize("form", ["SHA1", "MD5", "SHA256", "SHA512"])
async def test_hashed_passwords(forms_site: Make, form: str) -> None:
    stored = hashlib.new(form.lower(), b"secret").hexdigest().upper()
    driver = forms_site("Integrated", forms=replace(SETTINGS.forms, users=(("ann", stored),), password_format=form))
    assert (await sign_in(driver)).status[0] == 302


async def test_require_ssl_ignores_and_gives_no_tickets_without_it(forms_site: Make) -> None:
    driver = forms_site("Integrated", forms=replace(SETTINGS.forms, require_ssl=True))
    assert (await sign_in(driver)).status[0] == 500
    assert any("requireSSL" in line for line in driver.log)


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("/", True),
        ("/a?b=//c", True),
        ("", False),
        ("a", False),
        ("//evil", False),
        ("/\\evil", False),
        ("/a\\b", False),
        ("/a\nb", False),
        ("http:/x", False),
    ],
)
def test_what_is_local(url: str, local: bool) -> None:
    assert is_local(url) is local


# rules: authentication.equal-work
def test_an_unknown_user_costs_the_same_work(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    original = forms_file._prepared
    monkeypatch.setattr(forms_file, "_prepared", lambda password, form: calls.append(form) or original(password, form))

    class Asked:
        settings = SETTINGS

    counts = []
    for user in ("ann", "nobody"):
        calls.clear()
        forms_file.Forms(Asked()).authenticate(user, "wrong")  # type: ignore[arg-type]  # as much of it as is asked
        counts.append(list(calls))
    assert counts[0] == counts[1] != []
