"""Pages behind forms authentication, for the tests of its parts.

Knows nothing of what is asserted. `make(mode, **settings)` makes a driver of one application.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

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

    class OutEverywhere:
        def process_request(self, context):
            context.forms.sign_out(everywhere=True)

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
    "out-everywhere": "forms_pages.OutEverywhere",
    "count": "forms_pages.Count",
    "fixed": "forms_pages.Fixed",
    "abandon": "forms_pages.Abandon",
    "*": "forms_pages.Page",
}
MODES = pytest.mark.parametrize("mode", ["Integrated", "Classic"])
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

Make = Callable[..., ManagedDriver]


@pytest.fixture
async def forms_site(tmp_path: Path) -> AsyncIterator[Make]:
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
