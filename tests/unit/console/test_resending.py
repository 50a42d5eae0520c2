"""What is sent again is the very request, but for what belonged to its connection; what would be another one is refused."""

from __future__ import annotations

import pytest

from console.cli.exchange import request_bytes
from console.resending import asked, refusal, target
from tests.support.captured_request import detail


# rules: capture.same
def test_the_very_request_without_what_was_its_connection_s() -> None:
    captured = detail(
        "POST /a?b=%20 HTTP/1.1",
        [("Cookie", "k=v"), ("Authorization", "Basic eA=="), ("Connection", "close, X-Hop"), ("X-Hop", "1"), ("TE", "trailers"),
         ("Transfer-Encoding", "chunked"), ("Expect", "100-continue"), ("X-Caf\u00e9", "\u00e9"), ("Keep-Alive", "5")],
        b"\x00\xffbody",
    )  # fmt: skip
    assert refusal(captured) == ""
    address = target(captured, "Site", "Pool")
    assert (address.url, address.endpoint, address.secure) == ("http://127.0.0.1:8080/a?b=%20", ("127.0.0.1", 8080), False)
    assert (
        request_bytes(address, asked(captured))
        == (
            "POST /a?b=%20 HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nCookie: k=v\r\nAuthorization: Basic eA==\r\nX-Caf\u00e9: \u00e9\r\n"
            "Content-Length: 6\r\nConnection: close\r\n\r\n"
        ).encode("latin-1")
        + b"\x00\xffbody"
    )


def test_a_get_gets_nothing_that_it_had_not() -> None:
    captured = detail(secure=True, end=("10.0.0.1", 443))
    assert request_bytes(target(captured, "", ""), asked(captured)) == b"GET / HTTP/1.1\r\nHost: 10.0.0.1:443\r\nConnection: close\r\n\r\n"
    assert target(captured, "", "").url == "https://10.0.0.1:443/"
    assert target(detail("OPTIONS * HTTP/1.1"), "", "").path == "*"


@pytest.mark.parametrize(
    ("captured", "why"),
    [
        (detail("POST / HTTP/1.1", body=b"x", cut=True), "not captured whole"),
        (detail(headers=[("Connection", "Upgrade"), ("Upgrade", "websocket")]), "websocket"),
        (detail(headers=[("Authorization", "NTLM TlRMTVNTUAAD")]), "good for one connection"),
        (detail(headers=[("Authorization", "negotiate YII")]), "good for one connection"),
    ],
)
def test_what_would_be_another_request_is_refused(captured: object, why: str) -> None:
    assert why in refusal(captured)  # type: ignore[arg-type]  # as much of it as is asked
