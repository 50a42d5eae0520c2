"""The strict gate on raw bytes: what passes, and how each refusal answers."""

from __future__ import annotations

import time

import pytest

from hwebcore.wire.gate import MOST_FIELDS, Refusal, check_partial, read_head


def head(line: str = "GET / HTTP/1.1", *fields: str, host: str | None = "Host: a") -> bytes:
    return "\r\n".join([line, *([host] if host else []), *fields, "", ""]).encode("latin-1")


def refused(data: bytes) -> int:
    with pytest.raises(Refusal) as caught:
        read_head(data)
    return caught.value.status


def test_a_plain_request_passes() -> None:
    read = read_head(head("GET /a/b?x=1&y HTTP/1.1", "Accept: */*", "X-Blank:  \t padded \t "))
    assert (read.method, read.path, read.query_string, read.raw_url, read.host) == ("GET", "/a/b", "x=1&y", "/a/b?x=1&y", "a")
    assert read.fields.headers == [("Host", "a"), ("Accept", "*/*"), ("X-Blank", "padded")]
    assert read.fields.keep_alive
    assert read.fields.length is None


def test_the_same_short_fields_are_read_once_and_nothing_of_one_is_another_s() -> None:
    first, second = (read_head(head("GET / HTTP/1.1", "X-Once: 1")) for _ in range(2))
    assert first.fields is second.fields
    assert read_head(head("GET / HTTP/1.0", "X-Once: 1")).fields.http_version == "1.0"
    assert read_head(head("GET http://b/ HTTP/1.1", "X-Once: 1")).host == "b"
    assert (second.host, second.fields.headers) == ("a", [("Host", "a"), ("X-Once", "1")])
    long = head("GET / HTTP/1.1", f"X-Once: {'1' * 1024}")
    assert read_head(long).fields is not read_head(long).fields
    assert [refused(head("GET / HTTP/1.1", "Host: b")) for _ in range(2)] == [400, 400]


@pytest.mark.parametrize(
    "data",
    [
        head("POST / HTTP/1.1", "Content-Length: 3", "Transfer-Encoding: chunked"),
        head("POST / HTTP/1.1", "Content-Length: 3", "Content-Length: 3"),
        head("POST / HTTP/1.1", "Content-Length: 3, 3"),
        head("POST / HTTP/1.1", "Content-Length: +3"),
        head("POST / HTTP/1.1", "Content-Length: 0x3"),
        head("POST / HTTP/1.1", "Content-Length: -1"),
        head("POST / HTTP/1.1", "Content-Length:"),
        head("POST / HTTP/1.1", "Content-Length: 9999999999999999999999"),
        head("POST / HTTP/1.1", "Transfer-Encoding: chunked, chunked"),
        head("POST / HTTP/1.1", "Transfer-Encoding: gzip"),
        head("POST / HTTP/1.1", "Transfer-Encoding: chunked", "Transfer-Encoding: chunked"),
        head("POST / HTTP/1.1", "Transfer-Encoding: \x0bchunked"),
        head("POST / HTTP/1.0", "Transfer-Encoding: chunked"),
        head("GET / HTTP/1.1", "Host : b", host=None),
        head("GET / HTTP/1.1", "X: a\r\n folded"),
        head("GET / HTTP/1.1", "X: a\rb"),
        head("GET / HTTP/1.1", "X: a\nY: b"),
        head("GET / HTTP/1.1", "X: a\0b"),
        head("GET / HTTP/1.1", "X: \x1b[31m"),
        head("GET / HTTP/1.1", "no colon"),
        head("GET / HTTP/1.1", ": empty name"),
        head("GET / HTTP/1.1", "naïve: x"),
        head("G(T / HTTP/1.1"),
        head("GET  / HTTP/1.1"),
        head("GET / HTTP/1.1 "),
        head("GET /a b HTTP/1.1"),
        head("GET /a#b HTTP/1.1"),
        head("GET a HTTP/1.1"),
        head("GET * HTTP/1.1"),
        head("GET \\a HTTP/1.1"),
        head("GET /%zz HTTP/1.1"),
        head("GET /%u0041 HTTP/1.1"),
        head("GET /%00 HTTP/1.1"),
        head("GET /%1b%5b HTTP/1.1"),
        head("GET /%c0%ae HTTP/1.1"),
        head("GET /%ff HTTP/1.1"),
        head("GET /" + "a" * 261 + " HTTP/1.1"),
        head("GET " + "/a" * 256 + " HTTP/1.1"),
        head("GET ftp://a/ HTTP/1.1"),
        head("GET / HTTP/1.1", host=None),
        head("GET / HTTP/1.1", "Host: b"),
        head("GET / HTTP/1.1", host="Host: "),
        head("GET / HTTP/1.1", host="Host: a b"),
        head("GET / HTTP/1.1", host="Host: a/b"),
        head("GET / HTTP/1.1", host="Host: a@b"),
        head("GET / HTTP/1.1", host="Host: a:99999"),
        head("GET / HTTP/1.1", host="Host: a:80:80"),
        head("GET / HTTP/1.1", host="Host: [::1"),
        head("GET / HTTP/1.1", "X: " + "a" * 16384),
        b"GET /\r\n\r\n",
    ],
)
def test_what_could_be_read_in_two_ways_is_400(data: bytes) -> None:
    assert refused(data) == 400


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (head("GET / HTTP/2.0"), 505),
        (head("GET / HTTP/0.9"), 505),
        (head("PRI * HTTP/2.0"), 505),
        (head("POST / HTTP/1.1"), 411),
        (head("PUT / HTTP/1.1"), 411),
        (head("POST / HTTP/1.1", "Transfer-Encoding: gzip, chunked"), 501),
        (head("A" * 256 + " / HTTP/1.1"), 501),
        (head("GET /" + "a" * 16384 + " HTTP/1.1"), 414),
        (head("CONNECT a:80 HTTP/1.1"), 501),
        (head("GET /../x HTTP/1.1"), 403),
        (head("GET /a/%2e%2e/..%2f/x HTTP/1.1"), 403),
        (head("GET / HTTP/1.1", *["X: y"] * MOST_FIELDS), 431),
    ],
)
def test_other_refusals(data: bytes, status: int) -> None:
    assert refused(data) == status


def test_absolute_form_wins_over_host() -> None:
    read = read_head(head("GET http://B.example:81/x?y HTTP/1.1"))
    assert (read.host, read.path, read.raw_url) == ("b.example", "/x", "/x?y")


@pytest.mark.parametrize(("value", "host"), [("A.Example:8080", "a.example"), ("[::1]:80", "[::1]"), ("127.0.0.1", "127.0.0.1")])
def test_host_is_lowered_and_loses_its_port(value: str, host: str) -> None:
    assert read_head(head(host=f"Host: {value}")).host == host


def test_connection_and_version_decide_keep_alive() -> None:
    assert not read_head(head("GET / HTTP/1.1", "Connection: close")).fields.keep_alive
    assert not read_head(head("GET / HTTP/1.1", "Connection: x, Close")).fields.keep_alive
    assert not read_head(head("GET / HTTP/1.0", host=None)).fields.keep_alive
    assert read_head(head("GET / HTTP/1.0", "Connection: keep-alive")).fields.keep_alive


def test_close_wins_wherever_it_stands() -> None:
    assert not read_head(head("GET / HTTP/1.0", "Connection: close", "Connection: keep-alive")).fields.keep_alive
    assert not read_head(head("GET / HTTP/1.1", "Connection: keep-alive, close")).fields.keep_alive


def test_a_higher_minor_version_is_read_as_the_highest_known() -> None:
    read = read_head(head("GET / HTTP/1.2"))
    assert (read.fields.http_version, read.fields.keep_alive) == ("1.1", True)


def test_a_target_may_ask_for_https() -> None:
    assert read_head(head("GET https://a/ HTTP/1.1")).fields.secure
    assert not read_head(head("GET http://a/ HTTP/1.1")).fields.secure


@pytest.mark.parametrize("data", [b"", b"\r", b"G", b"GET / HTTP/1.1\r\nHost: a", b"GET / HTTP/1.1\r\n"])
def test_a_head_that_may_still_become_one_is_waited_for(data: bytes) -> None:
    check_partial(data)


def test_headers_with_an_underscore_are_dropped() -> None:
    assert read_head(head("GET / HTTP/1.1", "X_Forwarded_For: 1")).fields.headers == [("Host", "a")]


def test_any_verb_passes_but_is_kept_exact() -> None:
    assert read_head(head("BrEw / HTTP/1.1")).method == "BrEw"


def test_options_asterisk_is_of_the_root() -> None:
    read = read_head(head("OPTIONS * HTTP/1.1"))
    assert (read.path, read.raw_url) == ("/", "*")


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"GET /" + b"a" * 16400, 414),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 16400, 400),
        (b"GET / HTTP/1.1\n", 400),
        (b"\0", 400),
        (b"\x16\x03\x01\x02", 400),
        (b"GET /\r\n", 400),
        (b"GET / HTTP/2.0\r\n", 505),
        (b"\r\n", 400),
    ],
)
def test_a_head_that_can_never_end_well_is_refused_at_once(data: bytes, status: int) -> None:
    with pytest.raises(Refusal) as caught:
        check_partial(data)
    assert caught.value.status == status


@pytest.mark.parametrize("field", ["X:" + " " * 16000, "X: " + "a \t" * 5000, "X" * 16000])
def test_no_head_costs_more_than_one_pass(field: str) -> None:
    started = time.perf_counter()
    try:
        read_head(head("GET / HTTP/1.1", field))
    except Refusal:
        pass
    assert time.perf_counter() - started < 1


def test_the_authority_of_an_absolute_target_is_the_host_header() -> None:
    """RFC 9112 3.2.2: a redirect must not be built of the other one."""
    block = b"Host: evil.example\r\nX: y\r\n\r\n"
    head = read_head(b"GET http://good.example:81/a HTTP/1.1\r\n" + block)
    assert (head.host, head.path) == ("good.example", "/a")
    assert head.fields.headers == [("Host", "good.example:81"), ("X", "y")]
    assert head.fields.values["host"] == ["good.example:81"]
    behind = read_head(b"GET /b HTTP/1.1\r\n" + block, head.fields)  # the same bytes behind it say what they say
    assert (behind.host, behind.fields.values["host"]) == ("evil.example", ["evil.example"])
