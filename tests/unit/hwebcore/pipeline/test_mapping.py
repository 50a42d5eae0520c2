"""Handler mapping (rt 3.5)."""

from __future__ import annotations

import dataclasses
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwebcore.pipeline import mapping
from hwebcore.pipeline.mapping import HandlerMap
from tests.support.pipeline_driver import row


def found(method: str, path: str, *rows: object) -> tuple[str, str] | None:
    match = HandlerMap(rows).find(method, path)  # type: ignore[arg-type]  # what `row` made
    return None if match is None else (match.row.name, match.path_info)


@pytest.mark.parametrize(
    ("pattern", "path", "claimed"),
    [
        ("*", "/a/b.txt", ""),
        ("*.aspx", "/a/B.ASPX", ""),
        ("*.aspx", "/a/b.aspx/x/y", "/x/y"),
        ("*.aspx", "/a/b.aspxx", None),
        ("*.aspx", "/aspx", None),
        ("*.", "/a/b", ""),
        ("*.", "/a/b.c", None),
        ("*.", "/a/", None),
        ("*.", "/a/b/c.txt", None),
        ("trace.axd", "/deep/Trace.axd", ""),
        ("trace.axd", "/xtrace.axd", None),
        ("admin/*.aspx", "/x/admin/y.aspx", ""),
        ("admin/*.aspx", "/xadmin/y.aspx", None),
        ("/api/*", "/api/a/b", ""),
        ("hello", "/hello", ""),
        ("hello", "/hello/more", "/more"),
        ("a?c", "/abc", ""),
        ("*.a,*.b", "/x.b", ""),
    ],
)
def test_patterns(pattern: str, path: str, claimed: str | None) -> None:
    assert found("GET", path, row("R", pattern)) == (None if claimed is None else ("R", claimed))


def test_the_first_row_wins_and_verbs_are_exact() -> None:
    rows = (row("Post", "*", verbs=("POST",)), row("Any", "*"), row("Never", "*.x"))
    assert found("POST", "/a.x", *rows) == ("Post", "")
    assert found("post", "/a.x", *rows) == ("Any", "")


def test_no_row_is_none() -> None:
    assert found("GET", "/x", row("R", "*.y")) is None


@given(st.text("ab/*?.", max_size=8), st.text("ab/.", max_size=12))
def test_stars_mean_what_an_expression_that_tries_everything_says(pattern: str, path: str) -> None:
    if pattern in ("*", "*."):
        return
    any_text = ".*" if "/" in pattern else "[^/]*"
    body = "".join(any_text if letter == "*" else "[^/]" if letter == "?" else re.escape(letter) for letter in pattern.lstrip("/"))
    meant = re.fullmatch("(?:.*/)" + body, "/" + path) is not None
    assert (mapping._compile(pattern).match.fullmatch("/" + path) is not None) is meant


@pytest.mark.parametrize("pattern", ["*a*a*a*b", "*.aspx", "/a*a*a*a*b", "*/x", "/*/*/*/x"])
@pytest.mark.parametrize("path", ["/" + "/".join(["a" * 63] * 250), "/" + "a/" * 254, "/" + "/".join(["a" * 255] * 62)])
def test_no_path_costs_a_pattern_more_than_a_moment(pattern: str, path: str) -> None:
    rows = (dataclasses.replace(row(), path=pattern),)
    began = time.thread_time()
    assert HandlerMap(rows).find("GET", path) is None
    assert time.thread_time() - began < 1.0
