"""Tickets: round trip, every flipped bit refused, bound to application and cookie."""

from __future__ import annotations

import base64

import pytest

from hwebcore.managed.tickets import Ticket, TicketSealer, secret_of

SEALER = TicketSealer(bytes(32), "/", ".ASPXAUTH")
TICKET = Ticket("ann", 1000.0, 2800.0, True)


def test_round_trip() -> None:
    assert SEALER.open(SEALER.seal(TICKET)) == TICKET


# rules: forms.ticket
def test_every_flipped_bit_is_refused() -> None:
    text = SEALER.seal(TICKET).encode()
    for position in range(len(text)):
        for bit in range(8):
            flipped = bytearray(text)
            flipped[position] ^= 1 << bit
            assert SEALER.open(flipped.decode("latin-1")) is None, (position, bit)


def test_every_flipped_bit_of_the_bytes_is_refused() -> None:
    text = SEALER.seal(TICKET)
    sealed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    for position in range(len(sealed) * 8):
        flipped = bytearray(sealed)
        flipped[position // 8] ^= 1 << position % 8
        assert SEALER.open(base64.urlsafe_b64encode(flipped).rstrip(b"=").decode()) is None, position


# rules: forms.ticket
def test_every_shortening_is_refused() -> None:
    text = SEALER.seal(TICKET)
    assert [length for length in range(len(text)) if SEALER.open(text[:length]) is not None] == []


@pytest.mark.parametrize("other", [(bytes(31) + b"\x01", "/", ".ASPXAUTH"), (bytes(32), "/app", ".ASPXAUTH"), (bytes(32), "/", ".OTHER")])
def test_bound_to_key_application_and_cookie(other: tuple[bytes, str, str]) -> None:
    assert TicketSealer(*other).open(SEALER.seal(TICKET)) is None


@pytest.mark.parametrize("text", ["", "A", "é", "!" * 40, "A" * 5000, "AAAA" * 20])
def test_rubbish_is_refused(text: str) -> None:
    assert SEALER.open(text) is None


def test_machine_key_wins_over_the_instances_own() -> None:
    assert secret_of(b"own", "00ff", "aa") == b"\x00\xff\xaa"
    assert secret_of(b"own", "", "") == b"own"
    assert secret_of(b"own", "AutoGenerate", "") == b"own"
