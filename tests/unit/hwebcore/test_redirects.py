"""Wildcards of httpRedirect, and that redirects travel with a plan."""

from __future__ import annotations

import time

import pytest

from hwebcore.plan import HttpRedirect, Redirect, ScopeSettings, Source, from_json, to_json
from hwebcore.redirects import fitting


@pytest.mark.parametrize(
    ("wildcard", "path", "found"),
    [
        ("*", "/a/b", ["/a/b"]),
        ("*.php", "/A/x.PHP", ["/A/x"]),
        ("*.php", "/x.php/y", None),
        ("/", "/", []),
        ("/", "/a", None),
        ("/Files", "/files", []),
        ("*/", "/a/", ["/a"]),
        ("/old/*/x-*.htm", "/old/1/2/x-9.htm", ["1/2", "9"]),
        ("/a*a", "/a", None),
        ("/*a*a", "/aa", ["", ""]),
        ("**", "/", ["", "/"]),
        ("*.İ", "/x.İ", ["/x"]),
        ("*.x", "/İ.x", ["/İ"]),
        ("*b*", "/a", None),
    ],
)
def test_what_fits(wildcard: str, path: str, found: list[str] | None) -> None:
    assert fitting(wildcard, path) == found


# rules: redirect.wildcards-linear
def test_no_wildcard_takes_long() -> None:
    began = time.process_time()
    assert fitting("*a" * 200 + "*b", "/" + "a" * 4096) is None
    assert time.process_time() - began < 0.5


def test_they_travel_with_a_plan() -> None:
    redirect = Redirect("http://b.test", "/a", "*.x", Source("web.config", 3, 5, "S"))
    settings = ScopeSettings(http_redirect=HttpRedirect((redirect,), 308, True, True))
    assert from_json(ScopeSettings, to_json(settings).encode()) == settings
