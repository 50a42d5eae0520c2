"""MD4 and the NT hash, by the vectors that RFC 1320 and MS-NLMP give."""

from __future__ import annotations

import pytest

from console.cli.nt_hash import md4, nt_hash


@pytest.mark.parametrize(
    ("text", "digest"),
    [
        (b"", "31d6cfe0d16ae931b73c59d7e0c089c0"),
        (b"a", "bde52cb31de33e46245e05fbdbd6fb24"),
        (b"abc", "a448017aaf21d8525fc10ae87aa6729d"),
        (b"message digest", "d9130a8164549fe818874806e1c7014b"),
        (b"abcdefghijklmnopqrstuvwxyz", "d79e1c308aa5bbcdeea8ed63df412da9"),
        (b"1234567890" * 8, "e33b4ddc9c38f2199c3e7b164fcc0536"),
    ],
)
def test_the_vectors_of_rfc_1320(text: bytes, digest: str) -> None:
    assert md4(text).hex() == digest


def test_the_password_of_the_specification() -> None:
    assert nt_hash("Password").hex() == "a4f49c406510bdcab6824ee7c30fd852"
