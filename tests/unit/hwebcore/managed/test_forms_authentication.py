"""Forms authentication with UrlAuthorization and sessions, in both modes: the way to the login page, in, on, and out."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hwebcore.managed import forms as forms_file
from hwebcore.managed import forms_authentication as module_file
from hwebcore.managed.forms import is_local
from hwebcore.plan import AuthorizationRule, FormsSettings, ManagedSettings, Source
from tests.support.managed_driver import ManagedDriver

PAGES = """
    class Page:
        def process_request(self, context):
            context.response.write(f"hello {context.user.name} {context.user.auth_type}")

    class Login:
        def process_request(self, context):
            if context.request.method == "GET":
                context.response.write("who are you?")
                return
            form = context.request.form
            if context.forms.authenticate(form.get("user", ""), form.get("password", "")):
                context.forms.sign_in(form["user"])
                context.response.redirect(context.forms.return_url)
            else:
                context.response.write("no")

    class Out:
        def process_request(self, context):
            context.forms.sign_out()

    class Count:
        def process_request(self, context):
            context.session["n"] = context.session.get("n", 0) + 1
            context.response.write(str(context.session["n"]))

    class Fixed:
        def process_request(self, context):
            context.session["n"] = 1
            before = context.session.id
            context.forms.sign_in("ann")
            context.response.write(str(before != context.session.id and context.session["n"] == 1))

    class Abandon:
        def process_request(self, context):
            context.session.abandon()
"""

RULE = Source("members/web.config", 4, 7, "MACHINE/WEBROOT/APPHOST/Site/members")
SETTINGS = ManagedSettings(
    authentication_mode="Forms",
    forms=FormsSettings(login_url="login", default_url="home", users=(("ann", "secret"),), password_format="Clear", source=RULE),
    authorization=(AuthorizationRule(False, ("?",), source=RULE), AuthorizationRule(True, ("*",))),
)
MODULES = {
    "FormsAuthentication": "System.Web.Security.FormsAuthenticationModule",
    "DefaultAuthentication": "System.Web.Security.DefaultAuthenticationModule",
    "UrlAuthorization": "System.Web.Security.UrlAuthorizationModule",
    "Session": "System.Web.SessionState.SessionStateModule, System.Web, Version=4.0.0.0",
}
HANDLERS = {
    "login": "forms_pages.Login",
    "out": "forms_pages.Out",
    "count": "forms_pages.Count",
    "fixed": "forms_pages.Fixed",
    "abandon": "forms_pages.Abandon",
    "*": "forms_pages.Page",
}
MODES = pytest.mark.parametrize("mode", ["Integrated", "Classic"])
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

Make = Callable[..., ManagedDriver]


@pytest.fixture
async def make(tmp_path: Path) -> AsyncIterator[Make]:
    made: list[ManagedDriver] = []

    def build(mode: str, **more: Any) -> ManagedDriver:
        settings = replace(SETTINGS, **more)
        made.append(ManagedDriver(tmp_path, {"forms_pages.py": PAGES}, modules=MODULES, handlers=HANDLERS, mode=mode, settings=settings))
        return made[-1]

    yield build
    for driver in made:
        await driver.finish()


def cookies(seen: Any) -> dict[str, str]:
    lines = seen.context.response.headers.get_all("Set-Cookie")
    return {line.partition("=")[0]: line.partition("=")[2].partition(";")[0] for line in lines}


def reasons(seen: Any, module: str) -> list[str]:
    return [event.reason for event in seen.trace.events if event.module == module and event.reason]


async def sign_in(driver: ManagedDriver, url: str = "/login?ReturnUrl=%2fmembers%2f") -> Any:
    return await driver.get(url, "POST", FORM, b"user=ann&password=secret")


@MODES
async def test_anonymous_goes_to_the_login_page(make: Make, mode: str) -> None:
    """iis-runtime 11, E."""
    seen = await make(mode).get("/members/?a=1&b=2")
    assert seen.status[0] == 302
    assert seen.context.response.headers.get("Location") == "/login?ReturnUrl=%2fmembers%2f%3fa%3d1%26b%3d2&a=1&b=2"
    assert reasons(seen, "UrlAuthorization") == ["DENIED ? by members/web.config:4:7"]
    assert reasons(seen, "FormsAuthentication") == ["no ticket", "401 became a redirect to /login"]
    denied = next(event for event in seen.trace.events if event.module == "UrlAuthorization")
    assert (denied.status, denied.source) == (401, ("members/web.config", 4, 7, RULE.config_path))


@MODES
async def test_a_return_url_is_not_wrapped_again(make: Make, mode: str) -> None:
    assert (await make(mode).get("/members/?ReturnUrl=%2f")).status[0] == 401


@MODES
async def test_in_on_and_out(make: Make, mode: str) -> None:
    driver = make(mode)
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
async def test_wrong_passwords_and_foreign_return_urls(make: Make, mode: str) -> None:
    driver = make(mode)
    for body in (b"user=ann&password=wrong", b"user=bob&password=secret", b"user=&password="):
        seen = await driver.get("/login", "POST", FORM, body)
        assert (seen.body, cookies(seen)) == (b"no", {})
    for url in ("%2f%2fevil", "https%3a%2f%2fevil", "%2f%5cevil", ""):
        seen = await sign_in(driver, f"/login?ReturnUrl={url}")
        assert seen.context.response.headers.get("Location") == "/home"


@MODES
async def test_foreign_and_expired_tickets(make: Make, mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    driver = make(mode)
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
async def test_sliding_renewal(make: Make, mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    driver = make(mode)
    ticket = cookies(await sign_in(driver))[".ASPXAUTH"]
    now = module_file.time.time()
    monkeypatch.setattr(module_file.time, "time", lambda: now + 1000)
    seen = await driver.get("/members/", headers={"Cookie": f".ASPXAUTH={ticket}"})
    assert reasons(seen, "FormsAuthentication") == ["ticket accepted and renewed"]
    renewed = cookies(seen)[".ASPXAUTH"]
    monkeypatch.setattr(module_file.time, "time", lambda: now + 2500)
    assert (await driver.get("/members/", headers={"Cookie": f".ASPXAUTH={renewed}"})).body == b"hello ann Forms"


@pytest.mark.parametrize("form", ["SHA1", "MD5", "SHA256", "SHA512"])
async def test_hashed_passwords(make: Make, form: str) -> None:
    stored = hashlib.new(form.lower(), b"secret").hexdigest().upper()
    driver = make("Integrated", forms=replace(SETTINGS.forms, users=(("ann", stored),), password_format=form))
    assert (await sign_in(driver)).status[0] == 302


async def test_require_ssl_ignores_and_gives_no_tickets_without_it(make: Make) -> None:
    driver = make("Integrated", forms=replace(SETTINGS.forms, require_ssl=True))
    assert (await sign_in(driver)).status[0] == 500
    assert any("requireSSL" in line for line in driver.log)


async def test_modes_without_forms_do_not_redirect(make: Make) -> None:
    seen = await make("Integrated", authentication_mode="Windows").get("/members/")
    assert seen.status[0] == 401
    assert ("FormsAuthentication", "no_subscription") in [(one.module, one.cause) for one in seen.trace.skipped]


@MODES
async def test_sessions(make: Make, mode: str) -> None:
    driver = make(mode, authorization=())
    first = await driver.get("/count")
    session = cookies(first)["ASP.NET_SessionId"]
    again = await driver.get("/count", headers={"Cookie": f"ASP.NET_SessionId={session}"})
    assert (first.body, again.body, cookies(again)) == (b"1", b"2", {})
    assert (await driver.get("/count", headers={"Cookie": "ASP.NET_SessionId=mine"})).body == b"1"
    assert cookies(await driver.get("/other")) == {}
    await driver.get("/abandon", headers={"Cookie": f"ASP.NET_SessionId={session}"})
    assert (await driver.get("/count", headers={"Cookie": f"ASP.NET_SessionId={session}"})).body == b"1"


@MODES
async def test_signing_in_gives_the_session_a_new_id(make: Make, mode: str) -> None:
    seen = await make(mode, authorization=()).get("/fixed")
    assert seen.body == b"True"
    assert len([line for line in seen.context.response.headers.get_all("Set-Cookie") if line.startswith("ASP.NET_SessionId=")]) == 1


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


def test_an_unknown_user_costs_the_same_work(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    original = forms_file._prepared
    monkeypatch.setattr(forms_file, "_prepared", lambda password, form: calls.append(form) or original(password, form))

    class Asked:
        settings = SETTINGS

    counts = []
    for user in ("ann", "nobody"):
        calls.clear()
        forms_file.Forms(Asked()).authenticate(user, "wrong")  # type: ignore[arg-type]
        counts.append(list(calls))
    assert counts[0] == counts[1] != []
