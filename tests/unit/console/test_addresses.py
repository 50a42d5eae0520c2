"""Bindings as addresses."""

from __future__ import annotations

import pytest

from console.addresses import address_text, addresses, endpoint_text, is_address, url_of
from model.sections.sites import Site, SiteBinding


@pytest.mark.parametrize(
    ("information", "address", "endpoint"),
    [
        ("*:80:", "*:80 (http)", "*:80"),
        ("127.0.0.1:8080:www.example.org", "www.example.org on 127.0.0.1:8080 (http)", "127.0.0.1:8080"),
        ("[::1]:80:", "::1:80 (http)", "[::1]:80"),
    ],
)
def test_texts(information: str, address: str, endpoint: str) -> None:
    site = Site(name="S", bindings=(SiteBinding(protocol="http", bindingInformation=information),))  # type: ignore[call-arg]  # IIS's own name for the field
    (route,) = addresses(site)
    assert (address_text(route), endpoint_text(route)) == (address, endpoint)


def test_what_cannot_be_read_is_left_out() -> None:
    site = Site(name="S", bindings=(SiteBinding(protocol="http", bindingInformation="nonsense"),))  # type: ignore[call-arg]  # IIS's own name for the field
    assert addresses(site) == ()


@pytest.mark.parametrize(
    ("protocol", "information", "url"),
    [
        ("http", "*:80:", "http://localhost/"),
        ("https", "*:443:a.example", "https://a.example/"),
        ("https", "10.0.0.1:444:", "https://10.0.0.1:444/"),
        ("http", "[::1]:8080:*.example", "http://[::1]:8080/"),
        ("ftp", "*:21:", ""),
    ],
)
def test_urls_reach_the_binding_from_here(protocol: str, information: str, url: str) -> None:
    site = Site(name="S", bindings=(SiteBinding(protocol=protocol, bindingInformation=information),))  # type: ignore[call-arg]  # IIS's own name for the field
    assert [url_of(route) for route in addresses(site)] == [url]


@pytest.mark.parametrize(("text", "good"), [("", True), ("*", True), ("10.0.0.1", True), ("[::1]", True), ("::1", False), ("localhost", False)])
def test_what_may_stand_before_the_port(text: str, good: bool) -> None:
    assert is_address(text) is good
