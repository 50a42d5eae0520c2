"""HttpRedirectionModule: rt 4.1 and 6; what a client sees is in the golden cases."""

from __future__ import annotations

from typing import Any

import pytest

from hwebcore.modules.http_redirection import HttpRedirection
from hwebcore.pipeline.context import Context
from hwebcore.pipeline.contract import Notification, Outcome
from hwebcore.plan import HttpRedirect, Redirect, ScopeSettings
from tests.support.exchange import SOURCE, body, exchange, host


def module(*redirects: Redirect, **more: Any) -> HttpRedirection:
    return HttpRedirection(ScopeSettings(http_redirect=HttpRedirect(redirects, **more)), host())


def asked(one: HttpRedirection, target: str, path: str | None = None) -> tuple[Context, Outcome | None]:
    context = exchange(target, path=path)
    result = one.redirect(context)
    assert result is None or isinstance(result, Outcome)
    return context, result


def location(one: HttpRedirection, target: str, path: str | None = None) -> str | None:
    return asked(one, target, path)[0].response.headers.get("Location")


def test_its_steps() -> None:
    assert [step.notification for step in module(Redirect("/x")).subscriptions()] == [Notification.MAP_REQUEST_HANDLER]
    assert module().subscriptions() == ()


# rules: redirect.relative
@pytest.mark.parametrize(
    ("destination", "base", "target", "expected"),
    [
        ("http://b.test", "/", "/", "http://b.test/"),
        ("http://b.test/", "/", "/a/x.htm?q=1&r", "http://b.test/a/x.htm?q=1&r"),
        ("http://b.test/sales", "/marketing", "/Marketing/default.aspx", "http://b.test/sales/default.aspx"),
        ("http://b.test/sales", "/marketing", "/marketing", "http://b.test/sales"),
        ("/new", "/old", "/old/a", "/new/a"),
    ],
)
def test_the_rest_of_the_url_follows(destination: str, base: str, target: str, expected: str) -> None:
    assert location(module(Redirect(destination, base)), target) == expected


# rules: redirect.variables
@pytest.mark.parametrize(
    ("destination", "expected"),
    [
        ("http://b.test/NewScripts$S", "http://b.test/NewScripts/File.asp"),
        ("http://b.test/x?$P", "http://b.test/x?var1=5&var2=6"),
        ("http://b.test/x$Q", "http://b.test/x?var1=5&var2=6"),
        ("http://b.test$V$Q", "http://b.test/Scripts/File.asp?var1=5&var2=6"),
        ("/cost/$X/$9", "/cost/$X/"),
    ],
)
def test_variables_of_an_exact_destination(destination: str, expected: str) -> None:
    assert location(module(Redirect(destination, "/scripts"), exact=True), "/Scripts/File.asp?var1=5&var2=6") == expected


# rules: redirect.wildcards
def test_the_first_wildcard_that_fits() -> None:
    one = module(Redirect("/$1/$0.html", "/", "*/old/*.htm"), Redirect("/rest", "/", "*.htm"), exact=True)
    assert location(one, "/a/old/b.HTM") == "/b//a.html"
    assert location(one, "/b.htm") == "/rest"
    assert asked(one, "/b.html")[1] is None


# rules: redirect.child-only
def test_only_what_is_in_the_folder_itself() -> None:
    one = module(Redirect("http://b.test", "/in", "", SOURCE), child_only=True)
    assert location(one, "/in/a.htm") == "http://b.test/a.htm"
    assert location(one, "/in/") == "http://b.test/"
    for deeper in ("/in/sub/", "/in/sub/a.htm"):
        context, outcome = asked(one, deeper)
        assert outcome is not None
        assert (outcome.result, outcome.source, context.response.status) == ("CONTINUE", SOURCE, 200)


# rules: redirect.status
@pytest.mark.parametrize(("status", "phrase"), [(301, ""), (302, "Redirect"), (307, "Redirect"), (308, "Redirected Permanently")])
def test_status_and_phrase(status: int, phrase: str) -> None:
    context, outcome = asked(module(Redirect("/x", "/", "", SOURCE), status=status), "/a")
    assert (context.response.status, context.response.reason_phrase) == (status, phrase)
    assert outcome is not None
    assert (outcome.result, outcome.reason, outcome.source) == ("FINISH_REQUEST", "redirected to /x", SOURCE)


# rules: redirect.no-splitting
def test_what_a_client_writes_splits_nothing() -> None:
    one = module(Redirect("http://b.test$S$Q", "/", "", SOURCE), exact=True)
    path = "/a\r\nSet-Cookie: x/\N{SNOWMAN}\x7f<b>"
    assert location(one, "/?a=%0d%0aX:1\N{SNOWMAN}", path) == "http://b.test/a%0D%0ASet-Cookie:%20x/%E2%98%83%7F%3Cb%3E?a=%0d%0aX:1%E2%98%83"
    assert b"<b>" not in body(asked(one, "/", path)[0])
