"""Which coding a client likes best: RFC 9110 12.5.3."""

from __future__ import annotations

import pytest

from hwebcore.accept_encoding import preferred


# rules: compression.negotiation
@pytest.mark.parametrize(
    ("header", "best"),
    [
        ("gzip", "gzip"), ("deflate", "deflate"), ("deflate, gzip", "gzip"), ("GZIP;Q=1", "gzip"), ("x-gzip", "gzip"), ("*", "gzip"),
        ("gzip;q=0.5, deflate", "deflate"), ("gzip;q=0.5, deflate;q=0.4", "gzip"), ("gzip;q=0, *", "deflate"), ("*;q=0.5, gzip;q=0.4", "deflate"),
        ("", ""), ("br", ""), ("gzip;q=0", ""), ("gzip;q=0.000", ""), ("*;q=0", ""), ("identity", ""), ("identity, gzip;q=0.5", ""),
        ("identity;q=0.5, gzip;q=0.5", "gzip"), ("gzip;q=2", ""), ("gzip;q=x", ""), ("gzip q=1", ""), ("gzip;x=1", ""), ("gzip;q=1.000", "gzip"),
        (",, gzip ,", "gzip"), ("gzip;q=0, gzip", ""), ("," * 5000 + "gzip", ""),
    ],
)  # fmt: skip
def test_preferred(header: str, best: str) -> None:
    assert preferred(header, ("gzip", "deflate")) == best
