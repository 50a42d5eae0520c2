"""Forms authentication with UrlAuthorization, in both modes: the way to the login page, in, on, and out."""

from __future__ import annotations

import gc

import pytest

from hwebcore.managed import forms_authentication as module_file
from hwebcore.managed.context import ManagedContext
from tests.support.forms_site import FORM, MODES, RULE, Make, cookies, forms_site, reasons, sign_in
from tests.support.pipeline_driver import Wired

__all__ = ["forms_site"]


@MODES
async def test_anonymous_goes_to_the_login_page(forms_site: Make, mode: str) -> None:
    """iis-runtime 11, E."""
    seen = await forms_site(mode).get("/members/?a=1&b=2")
    assert seen.status[0] == 302
    assert seen.context.response.headers.get("Location") == "/login?ReturnUrl=%2fmembers%2f%3fa%3d1%26b%3d2&a=1&b=2"
    assert reasons(seen, "UrlAuthorization") == ["DENIED ? by members/web.config:4:7"]
    assert reasons(seen, "FormsAuthentication") == ["no ticket", "401 became a redirect to /login"]
    denied = next(event for event in seen.trace.events if event.module == "UrlAuthorization")
    assert (denied.status, denied.source) == (401, ("members/web.config", 4, 7, RULE.config_path))


@MODES
async def test_a_return_url_is_not_wrapped_again(forms_site: Make, mode: str) -> None:
    assert (await forms_site(mode).get("/members/?ReturnUrl=%2f")).status[0] == 401


# rules: forms.cookie
@MODES
async def test_in_on_and_out(forms_site: Make, mode: str) -> None:
    driver = forms_site(mode)
    assert (await driver.get("/login")).body == b"who are you?"
    seen = await sign_in(driver)
    assert (seen.status[0], seen.context.response.headers.get("Location")) == (302, "/members/")
    line = seen.context.response.headers.get("Set-Cookie")
    assert line.endswith("; path=/; HttpOnly; SameSite=Lax")
    ticket = cookies(seen)[".ASPXAUTH"]
    seen = await driver.get("/members/", headers={"Cookie": f".ASPXAUTH={ticket}"})
    assert (seen.status, seen.body) == ((200, 0), b"hello ann Forms")
    assert reasons(seen, "FormsAuthentication") == ["ticket accepted"]
    assert (seen.trace.user, seen.trace.managed_user) == (("ann", None) if mode == "Integrated" else ("", "ann"))
    seen = await driver.get("/out", headers={"Cookie": f".ASPXAUTH={ticket}"})
    assert cookies(seen) == {".ASPXAUTH": ""}


@MODES
async def test_wrong_passwords_and_foreign_return_urls(forms_site: Make, mode: str) -> None:
    driver = forms_site(mode)
    for body in (b"user=ann&password=wrong", b"user=bob&password=secret", b"user=&password="):
        seen = await driver.get("/login", "POST", FORM, body)
        assert (seen.body, cookies(seen)) == (b"no", {})
    for url in ("%2f%2fevil", "https%3a%2f%2fevil", "%2f%5cevil", ""):
        seen = await sign_in(driver, f"/login?ReturnUrl={url}")
        assert seen.context.response.headers.get("Location") == "/home"


# rules: forms.ticket
@MODES
async def test_foreign_and_expired_tickets(forms_site: Make, mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    driver = forms_site(mode)
    ticket = cookies(await sign_in(driver))[".ASPXAUTH"]
    changed = ticket[:-1] + ("A" if ticket[-1] != "A" else "B")
    seen = await driver.get("/members/", headers={"Cookie": f".ASPXAUTH={changed}"})
    assert reasons(seen, "FormsAuthentication")[0] == "the ticket is not one of this application's"
    now = module_file.time.time()
    monkeypatch.setattr(module_file.time, "time", lambda: now + 3600)
    seen = await driver.get("/members/", headers={"Cookie": f".ASPXAUTH={ticket}"})
    assert reasons(seen, "FormsAuthentication")[0] == "the ticket has expired"
    assert seen.status[0] == 302


@MODES
async def test_sliding_renewal(forms_site: Make, mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    driver = forms_site(mode)
    ticket = cookies(await sign_in(driver))[".ASPXAUTH"]
    now = module_file.time.time()
    monkeypatch.setattr(module_file.time, "time", lambda: now + 1000)
    seen = await driver.get("/members/", headers={"Cookie": f".ASPXAUTH={ticket}"})
    assert reasons(seen, "FormsAuthentication") == ["ticket accepted and renewed"]
    renewed = cookies(seen)[".ASPXAUTH"]
    monkeypatch.setattr(module_file.time, "time", lambda: now + 2500)
    assert (await driver.get("/members/", headers={"Cookie": f".ASPXAUTH={renewed}"})).body == b"hello ann Forms"


# rules: forms.rotation
@MODES
async def test_a_ticket_of_a_former_key_is_read_and_sealed_again(forms_site: Make, mode: str) -> None:
    driver = forms_site(mode)
    ticket = cookies(await sign_in(driver))[".ASPXAUTH"]
    old = driver.host.keys[0]
    driver.host.keys = (b"n" * 32, old)
    seen = await driver.get("/members/", headers={"Cookie": f".ASPXAUTH={ticket}"})
    assert (seen.body, reasons(seen, "FormsAuthentication")[0]) == (b"hello ann Forms", "ticket accepted, and sealed again with the key in force")
    again = cookies(seen)[".ASPXAUTH"]
    driver.host.keys = (b"n" * 32,)
    assert (await driver.get("/members/", headers={"Cookie": f".ASPXAUTH={ticket}"})).status[0] == 302
    seen = await driver.get("/members/", headers={"Cookie": f".ASPXAUTH={again}"})
    assert (seen.body, cookies(seen)) == (b"hello ann Forms", {})


# rules: forms.sign-out
@MODES
async def test_signing_out_everywhere_ends_every_ticket_of_the_sign_in(forms_site: Make, mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    driver = forms_site(mode)
    told: list[tuple[str, float]] = []
    driver.host.tell_ended = lambda number, until: told.append((number, until))
    stolen, other = [cookies(await sign_in(driver))[".ASPXAUTH"] for _ in range(2)]
    now = module_file.time.time()
    monkeypatch.setattr(module_file.time, "time", lambda: now + 1000)
    renewed = cookies(await driver.get("/members/", headers={"Cookie": f".ASPXAUTH={stolen}"}))[".ASPXAUTH"]
    await driver.get("/out", headers={"Cookie": f".ASPXAUTH={renewed}"})
    assert (await driver.get("/members/", headers={"Cookie": f".ASPXAUTH={stolen}"})).status[0] == 200  # nobody asked for more
    seen = await driver.get("/out-everywhere", headers={"Cookie": f".ASPXAUTH={renewed}"})
    assert cookies(seen) == {".ASPXAUTH": ""}
    for ticket in (stolen, renewed):
        seen = await driver.get("/members/", headers={"Cookie": f".ASPXAUTH={ticket}"})
        assert (seen.status[0], reasons(seen, "FormsAuthentication")[0]) == (302, "whoever had the ticket signed out everywhere")
    assert (await driver.get("/members/", headers={"Cookie": f".ASPXAUTH={other}"})).status[0] == 200
    [(number, until)] = told
    assert (len(number), round(until - now)) == (32, 2800)
    for nothing in ("", "x", stolen):
        await driver.get("/out-everywhere", headers={"Cookie": f".ASPXAUTH={nothing}"})
    assert len(told) == 1


async def test_modes_without_forms_do_not_redirect(forms_site: Make) -> None:
    seen = await forms_site("Integrated", authentication_mode="Windows").get("/members/")
    assert seen.status[0] == 401
    assert ("FormsAuthentication", "no_subscription") in [(one.module, one.cause) for one in seen.trace.skipped]


async def test_a_request_leaves_nothing_to_the_collector(forms_site: Make) -> None:
    """Tickets, sessions and the response's facade all refer to the request: none of it may be a cycle."""
    driver = forms_site("Integrated")
    ticket = cookies(await sign_in(driver))[".ASPXAUTH"].encode()
    gc.collect()
    gc.disable()
    try:
        before = {id(one) for one in gc.get_objects() if isinstance(one, ManagedContext)}
        async with Wired(driver.host) as wired:
            status, _, body = await wired.talk(b"GET /count HTTP/1.1\r\nHost: a\r\nCookie: .ASPXAUTH=%b\r\n\r\n" % ticket)
            assert (status, body) == (200, b"1")
            assert not [one for one in gc.get_objects() if isinstance(one, ManagedContext) and id(one) not in before]
    finally:
        gc.enable()
