"""What records and logs are told of a request."""

from __future__ import annotations

from hwebcore.pipeline.described import Described
from hwebcore.records import flight_told


def test_it_holds_the_bytes_that_records_hold_whatever_the_url_is() -> None:
    described = Described("GET", "::1", 80, "/caf\xe9\udc80")
    assert (described.method, described.client, described.port, described.url) == (b"GET", b"::1", 80, b"/caf\xc3\xa9?")
    assert described.flight == flight_told(b"GET", b"::1", 80, b"/caf\xc3\xa9?")
