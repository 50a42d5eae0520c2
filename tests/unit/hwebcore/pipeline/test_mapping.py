"""Handler mapping (rt 3.5)."""

from __future__ import annotations

import pytest

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
