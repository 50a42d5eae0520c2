"""The RouteTable as a value: what its digest sees."""

import pytest

from hwebcore.plan_json import from_json, to_json
from hwebcore.routes import ApplicationRoute, BindingRoute, RouteTable, SiteRoute, pattern_of, url_of
from hwebcore.source import Source


def table(**fields: object) -> RouteTable:
    binding = BindingRoute("https", "*", 443, "a.example", Source("x.config", 3, 4, ""))
    site = SiteRoute("S", 1, (binding,), (ApplicationRoute("/", "P"),))
    return RouteTable((site,), **fields)  # type: ignore[arg-type]  # a wrong keyword fails when it is taken


def test_the_number_of_a_generation_is_no_part_of_the_digest() -> None:
    assert table(generation=1).digest == table(generation=2).digest


def test_a_started_site_is_part_of_the_digest() -> None:
    assert table(started=("S",)).digest != table().digest


def test_it_travels_as_json() -> None:
    assert from_json(RouteTable, to_json(table(generation=4, started=("S",)))) == table(generation=4, started=("S",))


@pytest.mark.parametrize(
    ("binding", "url", "pattern"),
    [
        (("http", "*", 80, ""), "http://localhost/", ""),
        (("http", "127.0.0.1", 8080, ""), "http://127.0.0.1:8080/", ""),
        (("http", "*", 80, "www.example.com"), "http://www.example.com/", ""),
        (("https", "10.0.0.1", 444, ""), "https://10.0.0.1:444/", ""),
        (("http", "[::1]", 8080, ""), "http://[::1]:8080/", ""),
        (("https", "127.0.0.1", 8443, "*.example.com"), "", "https://*.example.com:8443/"),
        (("net.tcp", "808", 0, ""), "", ""),
    ],
)
def test_what_can_be_opened_and_what_only_stands_for_names(binding: tuple[str, str, int, str], url: str, pattern: str) -> None:
    assert (url_of(BindingRoute(*binding)), pattern_of(BindingRoute(*binding))) == (url, pattern)
