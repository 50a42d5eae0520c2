"""What a certificate says of itself: hwebcore/certificate.py."""

from datetime import timedelta

import pytest

from hwebcore.certificate import now, read_certificate
from hwebcore.certificate_making import self_signed


@pytest.mark.parametrize(
    ("host", "covered"),
    [
        ("a.example", True), ("A.Example.", True), ("b.example", False), ("x.w.example", True), ("w.example", False), ("x.y.w.example", False),
        ("*.w.example", True), ("*.example", False), ("127.0.0.1", True), ("127.0.0.2", False), ("::1", True),
    ],
)  # fmt: skip
def test_a_wildcard_stands_for_one_label(host: str, covered: bool) -> None:
    made = read_certificate("x", self_signed(["a.example", "*.w.example", "127.0.0.1", "::1"]).chain)
    assert made.covers(host) is covered


def test_it_says_when_it_ends() -> None:
    made = read_certificate("x", self_signed(["a.example"], days=60).chain)
    assert made.trouble(now()) == ""
    assert made.trouble(now() + timedelta(days=31)).startswith("expires on ")
    assert made.trouble(now() + timedelta(days=61)).startswith("expired on ")
    assert made.trouble(now() - timedelta(days=1)).startswith("is valid only from ")


def test_whose_it_is() -> None:
    made = read_certificate("x", self_signed(["a.example", "b.example"]).chain)
    assert (made.issued_to, made.issued_by, made.self_signed, made.names) == ("a.example", "a.example", True, ("a.example", "b.example"))
    assert (made.key_bits, len(made.thumbprint), len(made.key_digest)) == (256, 40, 64)


def test_two_certificates_of_two_keys_differ() -> None:
    one, other = (read_certificate("x", self_signed(["a.example"]).chain) for _ in range(2))
    assert one.key_digest != other.key_digest
    assert one.thumbprint != other.thumbprint


def test_what_is_no_certificate_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\S"):
        read_certificate("x", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
