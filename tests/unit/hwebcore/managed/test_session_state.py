"""SessionStateModule in both modes: the cookie, the items, a new id after signing in."""

from __future__ import annotations

from tests.support.forms_site import MODES, Make, cookies, forms_site

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


@MODES
async def test_signing_in_gives_the_session_a_new_id(forms_site: Make, mode: str) -> None:
    seen = await forms_site(mode, authorization=()).get("/fixed")
    assert seen.body == b"True"
    assert len([line for line in seen.context.response.headers.get_all("Set-Cookie") if line.startswith("ASP.NET_SessionId=")]) == 1
