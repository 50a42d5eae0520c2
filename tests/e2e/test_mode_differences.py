"""Story: an administrator asks what the two modes do to the same application, and reads the answer in traces."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest

from tests.support.program_driver import Page, Program, eventually
from tests.support.trace_story import trace, trace_both

PICTURE = "/members/photo.png"
LIFTS = ' runAllManagedModulesForAllRequests="true"'


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """The sample, serving for all stories of this file: they only look, the last one edits."""
    program = Program(tmp_path_factory.mktemp("modes") / "first-run")
    with program.serving():
        yield program


def test_integrated_managed_modules_see_the_picture_and_classic_ones_do_not(served: Program) -> None:
    integrated = trace(served, served.url(PICTURE))
    classic = trace(served, served.url(PICTURE, "classic"))
    assert (integrated.request["mode"], integrated.status) == ("Integrated", 302)
    assert "Stamp" in integrated.modules("BEGIN_REQUEST")
    assert "FormsAuthentication" in integrated.modules("AUTHENTICATE_REQUEST")
    assert (classic.request["mode"], classic.status) == ("Classic", 200)
    for module in ("Stamp", "FormsAuthentication"):
        assert not classic.ran(module)
        cause, reason = classic.cause(module)
        assert cause == "mode"
        assert "Classic" in reason


def test_a_managed_page_authenticates_twice_in_classic_and_once_in_integrated(served: Program) -> None:
    classic, integrated = (
        trace(served, served.url("/members/report", site), "--header", f"Cookie: {sign_in(served, site)}") for site in ("classic", "integrated")
    )
    assert (classic.status, integrated.status) == (200, 200)
    assert classic.modules("AUTHENTICATE_REQUEST") == ["AnonymousAuthenticationModule"]
    assert classic.modules("AuthenticateRequest", "aspnet") == ["FormsAuthentication"]
    assert (classic.request["user"], classic.request["managed_user"]) == ("", "ada")
    stage = integrated.modules("AUTHENTICATE_REQUEST")
    assert stage.count("FormsAuthentication") == 1
    assert stage[-1] == "AnonymousAuthenticationModule"
    assert integrated.modules("AuthenticateRequest", "aspnet") == []
    assert (integrated.request["user"], integrated.request["auth_type"], integrated.request["managed_user"]) == ("ada", "Forms", None)


@pytest.mark.parametrize("site", ["integrated", "classic"])
def test_signing_in_works(served: Program, site: str) -> None:
    turned_away = served.get("/members/report", site)
    assert (turned_away.status, turned_away.headers["location"]) == (302, "/login?ReturnUrl=%2fmembers%2freport")
    cookie = sign_in(served, site)
    report = served.get("/members/report", site, headers={"Cookie": cookie})
    assert report.status == 200
    assert "<dd>ada</dd>" in report.text
    picture = served.get(PICTURE, site, headers={"Cookie": cookie})
    assert (picture.status, picture.headers["content-type"]) == (200, "image/png")
    assert served.get("/members/report", site, headers={"Cookie": cookie[:-6] + "AAAAAA"}).status == 302


def sign_in(program: Program, site: str) -> str:
    """By the login page's own form; the cookie."""
    form = program.get("/login?ReturnUrl=%2fmembers%2freport", site)
    action = re.search(r'<form method="post" action="([^"]+)"', form.text)
    assert action is not None, form
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = program.get(f"/{action[1]}", site, "POST", kind, b"user=ada&password=lovelace")
    assert (answer.status, answer.headers["location"]) == (302, "/members/report")
    return answer.headers["set-cookie"].partition(";")[0]


def test_both_modes_beside_each_other_with_every_difference_explained(served: Program) -> None:
    integrated, classic, differences = trace_both(served, served.url(PICTURE))
    assert (integrated.request["mode"], classic.request["mode"]) == ("Integrated", "Classic")
    assert (integrated.request["shadow"], classic.request["shadow"]) == (False, True)
    assert (integrated.status, classic.status) == (302, 200)
    assert all(difference["why"].strip() for difference in differences), differences
    assert {"status", "only_integrated", "only_classic", "body"} <= {difference["kind"] for difference in differences}
    only = [difference["integrated"] for difference in differences if difference["kind"] == "only_integrated"]
    assert {word.split()[0] for word in only} >= {"Stamp", "FormsAuthentication"}
    status = next(difference for difference in differences if difference["kind"] == "status")
    assert status["source"]["file"].endswith("members/web.config")


def test_without_the_lifting_attribute_the_precondition_keeps_them_off(served: Program, capsys: pytest.CaptureFixture[str]) -> None:
    assert served.get(PICTURE).status == 302
    edited = time.monotonic()
    served.edit(served.config / "sites/integrated/web.config", LIFTS, "")
    page = eventually(lambda: _with_status(served.get(PICTURE), 200), "the picture is served")
    taken = time.monotonic() - edited
    traced = trace(served, served.url(PICTURE))
    with capsys.disabled():
        print(f"\n  web.config saved to first request by it: {taken:.2f} s", end=" ")
    assert "x-stamp" not in page.headers
    for module in ("Stamp", "FormsAuthentication"):
        assert not traced.ran(module)
        cause, reason = traced.cause(module)
        assert cause == "precondition"
        assert "managedHandler" in reason


def _with_status(page: Page, status: int) -> Page | None:
    return page if page.status == status else None
