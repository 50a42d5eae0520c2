"""The native user becomes the managed one in Classic; in Integrated they are one (rt 5.3)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hwebcore.managed.windows_authentication import WindowsAuthenticationModule
from hwebcore.pipeline.context import Context, User
from hwebcore.pipeline.contract import Notification, Outcome, Subscription
from hwebcore.plan import ManagedSettings, ScopeSettings
from tests.support.managed_driver import ManagedDriver
from tests.support.pipeline_driver import module

WINDOWS = "System.Web.Security.WindowsAuthenticationModule, System.Web, Version=4.0.0.0"
CODE = """
    seen = []

    class Looks:
        def authenticate_request(self, context):
            seen.append(("authenticate", context.user and context.user.name))

        def post_authenticate_request(self, context):
            seen.append(("post", context.user and context.user.name))

    class Page:
        def process_request(self, context):
            user = context.user
            context.response.write(f"{user.name!r} {user.auth_type!r} {user.is_authenticated} {user.is_in_role('Editors')}")
"""
ANN = User("ann", "Basic", frozenset(("Editors",)))


def basic(context: Context) -> Outcome | None:
    return context.set_user(ANN)


async def page(
    folder: Path, mode: str, native: Callable[[Context], Outcome | None] | None, authentication: Any = "Windows"
) -> tuple[str, list[object]]:
    modules = {"WindowsAuthentication": WINDOWS, "Looks": "windows_page.Looks"}
    steps = {"Anonymous": module(Subscription(Notification.AUTHENTICATE_REQUEST, native))} if native is not None else {}
    settings = ManagedSettings(authentication_mode=authentication)
    driver = ManagedDriver(
        folder, {"windows_page.py": CODE}, modules=modules, handlers={"*": "windows_page.Page"}, mode=mode, settings=settings, native=steps
    )
    exchange = await driver.get("/page")
    seen = list(sys.modules["windows_page"].seen)
    await driver.finish()
    return exchange.body.decode(), seen


@pytest.mark.parametrize("mode", ["Classic", "Integrated"])
async def test_the_user_that_iis_authenticated(tmp_path: Path, mode: str) -> None:
    assert (await page(tmp_path, mode, basic))[0] == "'ann' 'Basic' True True"


async def test_anonymous_in_classic_is_there_at_authenticate_request(tmp_path: Path) -> None:
    """rt 3.3, LAB IV15: null until PostAuthenticateRequest in Integrated, already set at AuthenticateRequest in Classic."""
    body, seen = await page(tmp_path, "Classic", None)
    assert body == "'' '' False False"
    assert seen == [("authenticate", ""), ("post", "")]
    _, seen = await page(tmp_path, "Integrated", None)
    assert seen == [("authenticate", None), ("post", "")]


async def test_it_takes_no_part_in_other_modes(tmp_path: Path) -> None:
    body, seen = await page(tmp_path, "Classic", basic, "None")
    assert body == "'' '' False False"
    assert seen[0] == ("authenticate", None)
    made = WindowsAuthenticationModule(ScopeSettings(managed=ManagedSettings(authentication_mode="Forms")), None)  # type: ignore[arg-type]  # it asks its host for nothing
    assert "Forms" in made.idle_reason
