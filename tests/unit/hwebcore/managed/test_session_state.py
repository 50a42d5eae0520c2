"""SessionStateModule in both modes: the cookie, the items, a new id after signing in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.support.forms_site import HANDLERS, MODES, MODULES, PAGES, SETTINGS, Make, cookies, forms_site
from tests.support.managed_driver import ManagedDriver

__all__ = ["forms_site"]


@MODES
async def test_sessions(forms_site: Make, mode: str) -> None:
    driver = forms_site(mode, authorization=())
    first = await driver.get("/count")
    session = cookies(first)["ASP.NET_SessionId"]
    again = await driver.get("/count", headers={"Cookie": f"ASP.NET_SessionId={session}"})
    assert (first.body, again.body, cookies(again)) == (b"1", b"2", {})
    assert (await driver.get("/count", headers={"Cookie": "ASP.NET_SessionId=mine"})).body == b"1"
    assert cookies(await driver.get("/other")) == {}
    await driver.get("/abandon", headers={"Cookie": f"ASP.NET_SessionId={session}"})
    assert (await driver.get("/count", headers={"Cookie": f"ASP.NET_SessionId={session}"})).body == b"1"


# rules: session.fixation
@MODES
async def test_signing_in_gives_the_session_a_new_id(forms_site: Make, mode: str) -> None:
    seen = await forms_site(mode, authorization=()).get("/fixed")
    assert seen.body == b"True"
    assert len([line for line in seen.context.response.headers.get_all("Set-Cookie") if line.startswith("ASP.NET_SessionId=")]) == 1


EARLY = """
    class SignsInEarly:
        def authenticate_request(self, context):
            if context.request.path == "/count":
                context.forms.sign_in("ann")
"""


# rules: session.fixation
@MODES
async def test_what_was_known_before_signing_in_is_worth_nothing_after_it(tmp_path: Path, mode: str) -> None:
    """Also where a module signs in before there is a session: items stay, under an id that nobody knew."""
    modules = {**MODULES, "Early": "early.SignsInEarly"}
    driver = ManagedDriver(
        tmp_path,
        {"forms_pages.py": PAGES, "early.py": EARLY},
        modules=modules,
        handlers=HANDLERS,
        mode=mode,
        settings=replace(SETTINGS, authorization=()),
    )
    try:
        known = cookies(await driver.get("/fixed"))["ASP.NET_SessionId"]
        seen = await driver.get("/count", headers={"Cookie": f"ASP.NET_SessionId={known}"})
        renewed = cookies(seen)["ASP.NET_SessionId"]
        assert (seen.body, renewed != known) == (b"2", True)
        assert set(driver.host.sessions) == {renewed}
    finally:
        await driver.finish()
