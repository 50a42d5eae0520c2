"""Normalising a URL path: decoded once, flat, never above the root."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwebcore.pipeline.url_path import BadPath, normalise


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ("/", "/"),
        ("/a/b.txt", "/a/b.txt"),
        ("/a/", "/a/"),
        ("//a///b", "/a/b"),
        ("/a/./b/../c", "/a/c"),
        ("/a/b/..", "/a/"),
        ("/a/.", "/a/"),
        ("/a%2fb", "/a/b"),
        ("/a%5Cb\\c", "/a/b/c"),
        ("/%41%20%c3%a9", "/A é"),
        ("/a%252e", "/a%2e"),
        ("/.hidden", "/.hidden"),
        ("/a/..b", "/a/..b"),
        ("/a.b/c..", "/a.b/c.."),
    ],
)
def test_spellings(raw: str, path: str) -> None:
    assert normalise(raw) == path


@pytest.mark.parametrize("raw", ["/..", "/a/../..", "/%2e%2e/x", "/..%2f", "/a\\..\\..\\x"])
def test_above_the_root_is_403(raw: str) -> None:
    with pytest.raises(BadPath) as caught:
        normalise(raw)
    assert caught.value.status == 403


@given(st.text(alphabet="/.a%2eE5cC\\", max_size=40))
def test_the_result_is_flat_and_stays_so(text: str) -> None:
    try:
        path = normalise("/" + text)
    except BadPath:
        return
    assert path.startswith("/")
    assert "//" not in path
    assert "\\" not in path
    assert not {"..", "."} & set(path.split("/"))
