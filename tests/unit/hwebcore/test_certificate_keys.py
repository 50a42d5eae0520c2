"""Where a certificate is looked for: hwebcore/certificate_keys.py."""

import pytest

from hwebcore.certificate_keys import BadKey, Users, is_by_name, key_of, keys_for, parsed_key
from hwebcore.routes import ApplicationRoute, BindingRoute, SiteRoute


def _site(name: str, *bindings: tuple[str, int, str]) -> SiteRoute:
    return SiteRoute(name, 1, tuple(BindingRoute("https", *binding) for binding in bindings), (ApplicationRoute("/", name),))


# rules: tls.sni-flag
@pytest.mark.parametrize(
    ("binding", "key"),
    [
        (BindingRoute("https", "*", 443, "a.example", None, 1), "a.example:443"),
        (BindingRoute("https", "*", 443, "a.example", None, 0), "*:443"),
        (BindingRoute("https", "*", 443, "a.example", None, 2), "a.example:443"),
        (BindingRoute("https", "::1", 8443, "", None, 1), "[::1]:8443"),
        (BindingRoute("https", "10.0.0.1", 443), "10.0.0.1:443"),
    ],
)
def test_a_binding_with_sni_is_found_by_its_name(binding: BindingRoute, key: str) -> None:
    assert key_of(binding) == key


# rules: tls.lookup
def test_the_name_comes_before_the_address() -> None:
    assert list(keys_for("10.0.0.1", 443, "a.b.example")) == [
        "a.b.example:443", "*.b.example:443", "*.example:443", "10.0.0.1:443", "*:443",
    ]  # fmt: skip
    assert list(keys_for("::1", 443, "")) == ["[::1]:443", "*:443"]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("WWW.Example.org:443", "www.example.org:443"),
        ("[::1]:8443", "[::1]:8443"),
        ("0.0.0.0:443", "*:443"),
        (":443", "*:443"),
        ("*.a.b:1", "*.a.b:1"),
    ],
)
def test_a_key_has_one_form(text: str, key: str) -> None:
    assert parsed_key(text) == key


@pytest.mark.parametrize("text", ["a.example", "a.example:0", "a.example:65536", "a b:443", "a/b:443", "a.*.b:443", "x:４４３", "-a:443", ""])
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(BadKey):
        parsed_key(text)


def test_keys_by_name_and_by_address() -> None:
    assert [is_by_name(key) for key in ("a.example:443", "*.a.example:443", "*:443", "10.0.0.1:443", "[::1]:443")] == [
        True,
        True,
        False,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("key", "names"),
    [
        ("a.example:443", ["A", "wild", "any"]),
        ("b.example:443", ["B", "wild", "any"]),
        ("*.example:443", ["A", "B", "wild", "any"]),
        ("10.0.0.1:443", ["A", "B", "wild", "any"]),
        ("10.0.0.2:443", ["A", "wild", "any"]),
        ("*:443", ["A", "B", "wild", "any"]),
        ("*:8443", ["other port"]),
    ],
)
def test_every_site_that_may_meet_a_certificate_is_named(key: str, names: list[str]) -> None:
    sites = [
        _site("A", ("*", 443, "a.example")), _site("B", ("10.0.0.1", 443, "b.example")), _site("wild", ("*", 443, "*.example")),
        _site("any", ("*", 443, "")), _site("other port", ("*", 8443, "a.example")),
    ]  # fmt: skip
    assert [site.name for site in Users(sites).of(key)] == names
