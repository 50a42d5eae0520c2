"""The NT hash of a password: MD4 of its UTF-16, as NTLM needs it. Without salt: whoever has it can log on as its owner.

Knows numbers alone. MD4 (RFC 1320) is broken and gone from crypto libraries; nothing else here may use it. account_file.py seals what comes out.
"""

from __future__ import annotations

import struct

_MASK = 0xFFFFFFFF
#: For each round: the order of the words, the rotations, the constant added.
_ROUNDS = (
    (tuple(range(16)), (3, 7, 11, 19), 0),
    (tuple(column + 4 * row for column in range(4) for row in range(4)), (3, 5, 9, 13), 0x5A827999),
    ((0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15), (3, 9, 11, 15), 0x6ED9EBA1),
)


def nt_hash(password: str) -> bytes:
    return md4(password.encode("utf-16-le"))


def md4(data: bytes) -> bytes:
    padded = data + b"\x80" + bytes((55 - len(data)) % 64) + struct.pack("<Q", 8 * len(data))
    state = (0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476)
    for at in range(0, len(padded), 64):
        state = _block(state, struct.unpack_from("<16I", padded, at))
    return struct.pack("<4I", *state)


def _block(state: tuple[int, int, int, int], words: tuple[int, ...]) -> tuple[int, int, int, int]:
    a, b, c, d = state
    for number, (order, rotations, constant) in enumerate(_ROUNDS):
        for step, place in enumerate(order):
            mixed = (a + _mixed(number, b, c, d) + words[place] + constant) & _MASK
            rotation = rotations[step % 4]
            a, b, c, d = d, (mixed << rotation | mixed >> (32 - rotation)) & _MASK, b, c
    first, second, third, fourth = state
    return (first + a) & _MASK, (second + b) & _MASK, (third + c) & _MASK, (fourth + d) & _MASK


def _mixed(number: int, x: int, y: int, z: int) -> int:
    if number == 0:
        return x & y | ~x & _MASK & z
    return x & y | x & z | y & z if number == 1 else x ^ y ^ z
