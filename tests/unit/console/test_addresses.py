"""Bindings as addresses."""

from __future__ import annotations

import pytest

from console.addresses import address_text, addresses, endpoint_text, is_address, told_addresses
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


def test_a_wildcard_is_told_as_what_it_is() -> None:
    state = {"urls": ["https://a.example/"], "patterns": ["https://*.example.org:8443/"]}
    assert told_addresses(state) == (["https://a.example/"], ["any name below example.org:8443 (https)"])
    assert told_addresses({}) == ([], [])


@pytest.mark.parametrize(("text", "good"), [("", True), ("*", True), ("10.0.0.1", True), ("[::1]", True), ("::1", False), ("localhost", False)])
def test_what_may_stand_before_the_port(text: str, good: bool) -> None:
    assert is_address(text) is good
