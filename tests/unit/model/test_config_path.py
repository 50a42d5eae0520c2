"""Config paths: reading, writing, walking."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.config_path import ConfigPath

SEGMENT = st.text("abcXYZ 09._-", min_size=1, max_size=8).filter(lambda text: text not in (".",))


@pytest.mark.parametrize(
    ("text", "site", "path"),
    [
        ("", "", "/"),
        ("/", "", "/"),
        ("MACHINE/WEBROOT/APPHOST", "", "/"),
        ("machine/webroot/apphost/Default Web Site/App", "Default Web Site", "/App"),
        ("MACHINE/WEBROOT", "", "/"),
        ("Site", "Site", "/"),
        ("Site/", "Site", "/"),
        ("Site//a/./b/", "Site", "/a/b"),
        ("WEBROOT/x", "WEBROOT", "/x"),
    ],
)
def test_parse(text: str, site: str, path: str) -> None:
    assert ConfigPath.parse(text) == ConfigPath(site, path)


@given(st.lists(SEGMENT, max_size=4))
def test_what_is_written_is_read_again(segments: list[str]) -> None:
    path = ConfigPath.parse("/".join(["MACHINE/WEBROOT/APPHOST", *segments]))
    assert ConfigPath.parse(str(path)) == path
    assert path.segments == tuple(segments)


def test_str_names_all_levels() -> None:
    assert str(ConfigPath("Site", "/app/x")) == "MACHINE/WEBROOT/APPHOST/Site/app/x"
    assert str(ConfigPath()) == "MACHINE/WEBROOT/APPHOST"


def test_lineage_goes_down_from_the_server() -> None:
    assert [str(path).rpartition("APPHOST")[2] for path in ConfigPath("S", "/a/b").lineage] == ["", "/S", "/S/a", "/S/a/b"]


def test_parent_ends_at_the_server() -> None:
    assert ConfigPath("S", "/a/b").parent == ConfigPath("S", "/a")
    assert ConfigPath("S").parent == ConfigPath()
    assert ConfigPath().parent.is_server


def test_child() -> None:
    assert ConfigPath("S").child("a").child("b/c") == ConfigPath("S", "/a/b/c")


def test_places_compare_without_case() -> None:
    assert ConfigPath("site", "/APP/x").is_within(ConfigPath("Site", "/app"))
    assert not ConfigPath("Site", "/application").is_within(ConfigPath("Site", "/app"))
    assert ConfigPath("Site", "/App/x/y").below(ConfigPath("site", "/app")) == "x/y"
    with pytest.raises(ValueError, match="not below"):
        ConfigPath("Site").below(ConfigPath("Other"))
