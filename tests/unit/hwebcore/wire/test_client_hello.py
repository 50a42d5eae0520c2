"""ClientHellos, whole, cut, crumbled and hostile: hwebcore/wire/client_hello.py."""

from __future__ import annotations

import random
import ssl

import pytest

from hwebcore.wire.client_hello import MOST_BYTES, ClientHello, NotTls, PlainHttp, Wanted, read_client_hello
from tests.support.tls import client_context, hello

REAL = hello("www.example.org")


def crumbled(data: bytes, size: int) -> bytes:
    """The same handshake message in records of `size` bytes."""
    message = data[5:]
    pieces = [message[start : start + size] for start in range(0, len(message), size)]
    return b"".join(data[:3] + len(piece).to_bytes(2, "big") + piece for piece in pieces)


def named(raw: bytes, kind: int = 0) -> bytes:
    """A small ClientHello whose server_name extension holds `raw`."""
    entry = bytes([kind]) + len(raw).to_bytes(2, "big") + raw
    extension = b"\0\0" + (len(entry) + 2).to_bytes(2, "big") + len(entry).to_bytes(2, "big") + entry
    body = b"\3\3" + bytes(32) + b"\0" + b"\0\2\x13\1" + b"\1\0" + len(extension).to_bytes(2, "big") + extension
    message = b"\1" + len(body).to_bytes(3, "big") + body
    return b"\x16\3\1" + len(message).to_bytes(2, "big") + message


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_the_name_of_a_real_client(version: ssl.TLSVersion) -> None:
    assert read_client_hello(hello("WWW.Example.org", client_context(maximum_version=version))) == ClientHello("www.example.org")


def test_a_client_without_a_name() -> None:
    assert read_client_hello(hello(None)) == ClientHello("")


def test_what_follows_is_left() -> None:
    assert read_client_hello(REAL + b"\x14\3\3\0\1\1") == ClientHello("www.example.org")


@pytest.mark.parametrize("size", [1, 3, 5, 40, 100])
def test_a_message_in_crumbs(size: int) -> None:
    data = crumbled(REAL, size)
    if len(REAL) / size > MOST_BYTES // 64:
        with pytest.raises(NotTls):
            read_client_hello(data)
    else:
        assert read_client_hello(data) == ClientHello("www.example.org")


@pytest.mark.parametrize("data", [REAL, crumbled(REAL, 40)], ids=["whole", "crumbs"])
def test_every_cut_says_how_much_is_needed_and_never_too_much(data: bytes) -> None:
    for length in range(len(data)):
        answer = read_client_hello(data[:length])
        assert isinstance(answer, Wanted)
        assert length < answer.count <= len(data)


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b"a.example", "a.example"), (b"A.EXAMPLE.", "a.example"), (b"a_b.example", "a_b.example"), (b"", ""), (b"a..b", ""), (b"-a", ""), (b"a\0b", ""),
        (b"a/b", ""), (b"*.example", ""), (b"\xc3\xa4.example", ""), (b"x" * 64, ""), (b"a.\r\nHost: b", ""), (b"a" * 63 + b".b" * 200, ""), (b"127.0.0.1", "127.0.0.1"),
    ],
)  # fmt: skip
def test_only_a_host_name_is_a_name(raw: bytes, name: str) -> None:
    assert read_client_hello(named(raw)) == ClientHello(name)


def test_a_name_of_another_kind_is_none() -> None:
    assert read_client_hello(named(b"a.example", kind=1)) == ClientHello("")


@pytest.mark.parametrize("data", [b"G", b"GET / HTTP/1.1\r\n", b"POST", b"\r\nGET /", b"OPTIONS * HTTP/1.1\r\n\r\n", b"M-SEARCH * HTTP/1.1"])
def test_plain_http(data: bytes) -> None:
    with pytest.raises(PlainHttp):
        read_client_hello(data)


@pytest.mark.parametrize(
    "data",
    [
        b"\0", b"\x80\x2e\1\0\2", b"\x15\3\3\0\2\2\50", b"\x17\3\3\0\1x", b"SSH-2.0-x", b"\x16\2", b"\x16\3\1\0\0", b"\x16\3\1\x40\1", b"\x16\3\1\xff\xff",
        b"\x16\3\1\0\4\2\0\0\0", b"\x16\3\1\0\4\1\xff\xff\xff", b"\x16\3\1\0\4\1\0\0\0", b"\x16\3\1\0\5\1\0\0\1\3", REAL[:5] + b"\2" + REAL[6:],
    ],
)  # fmt: skip
def test_garbage(data: bytes) -> None:
    with pytest.raises(NotTls):
        read_client_hello(data)


def test_an_oversized_one_is_refused_by_its_head() -> None:
    length = (MOST_BYTES + 1).to_bytes(3, "big")
    with pytest.raises(NotTls, match="too long"):
        read_client_hello(b"\x16\3\1\x40\0\1" + length)


def test_lengths_that_lie_are_found() -> None:
    seed = random.Random(4)
    message = bytearray(named(b"a.example"))
    for _ in range(3000):
        changed = bytearray(message)
        for _ in range(seed.randint(1, 3)):
            changed[seed.randrange(9, len(changed))] = seed.randrange(256)
        try:
            answer = read_client_hello(bytes(changed))
        except NotTls:
            continue
        assert isinstance(answer, ClientHello)
