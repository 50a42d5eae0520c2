"""Ways into the configuration: written, read again, followed to what holds at the place; hostile text is no way."""

from __future__ import annotations

from pathlib import Path

import pytest

from console import ways
from console.places import Place
from console.ways import Way
from model.edits import Step
from tests.support.console_views import AT_SITE, view
from tests.support.meaning import web

SITES = "system.applicationHost/sites"
HEADERS = Way("system.webServer/httpProtocol", (Step("customHeaders"),))
FILES = {"s/web.config": web('<system.webServer><directoryBrowse enabled="true" /></system.webServer>')}


@pytest.mark.parametrize(
    "way", [Way("appSettings"), HEADERS, Way(SITES).along("site[name=S]/application[path=/api]"), Way("x", (Step('"]', (("a", "]\x1b"),)),))]
)
def test_a_way_is_read_as_it_was_written(way: Way) -> None:
    assert ways.parse(str(way)) == way


@pytest.mark.parametrize(
    "text", ["", "DefaultAppPool", "5", "[]", '"a"', '{"a": 1}', "[5]", '["a", 5]', '["a", ["b"]]', '["a", ["b", 1]]', "[" * 100_000]
)
def test_what_is_no_way(text: str) -> None:
    assert ways.parse(text) is None
    assert ways.in_words(text) == text


def test_steps_of_a_path() -> None:
    found = ways.steps("application[path=/]/virtualDirectory[path=/a/b]/x")
    assert found == (Step("application", (("path", "/"),)), Step("virtualDirectory", (("path", "/a/b"),)), Step("x"))
    assert ways.steps("") == ()


def test_a_way_in_words() -> None:
    assert ways.in_words(str(Way(SITES))) == SITES
    assert ways.in_words(str(Way(SITES).along("site[name=S]"))) == f"Site S — {SITES}"
    assert ways.in_words(str(Way(SITES).along("site[name=S]/limits"))) == "Limits — S"
    pool = Way("system.applicationHost/applicationPools").along("add[name=P]")
    assert ways.in_words(str(pool)) == "P — system.applicationHost/applicationPools"
    assert ways.in_words(str(pool.along("environmentVariables"))) == "Environment Variables — P"
    assert ways.in_words(str(Way("system.web/sessionState").along("providers"))) == "Providers — system.web/sessionState"


def test_names_and_schemas() -> None:
    assert (Way("system.webServer/httpErrors").name, HEADERS.name) == ("httpErrors", "customHeaders")
    assert HEADERS.schema is not None
    assert HEADERS.schema.collection is not None
    assert HEADERS.along("nothing").schema is None
    assert Way("no/such").schema is None


@pytest.mark.parametrize(
    ("place", "path"),
    [(Place("server"), ""), (Place("site", "S"), "S"), (Place("site", "S", "/"), "S"), (Place("application", "S", "/api"), "S/api")],
)
def test_the_path_of_a_place(tmp_path: Path, place: Place, path: str) -> None:
    assert ways.config_path(view(tmp_path, place=place)).location == path


def test_what_holds_differs_by_place(tmp_path: Path) -> None:
    way = Way("system.webServer/directoryBrowse")
    at_site, at_server = view(tmp_path, place=AT_SITE, files=FILES), view(tmp_path)
    assert [found.get("enabled") for found in (ways.element(at_site, way), ways.element(at_server, way)) if found] == ["true", "false"]


def test_the_servers_own_sections_are_read_at_the_server(tmp_path: Path) -> None:
    found = ways.element(view(tmp_path, place=AT_SITE), Way(SITES).along("site[name=s]/application[path=/]"))
    assert found is not None
    assert found.get("applicationPool") == "P"


def test_an_entry_that_is_not_there_and_an_element_that_nobody_wrote(tmp_path: Path) -> None:
    seen = view(tmp_path)
    assert ways.element(seen, Way(SITES).along("site[name=T]/limits")) is None
    unwritten = ways.element(seen, Way("system.webServer/security/requestFiltering").along("nowhere/at/all"))
    assert unwritten is not None
    assert not unwritten.values
