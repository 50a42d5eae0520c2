"""Tickets: round trip, every flipped bit refused, bound to application and cookie."""

from __future__ import annotations

import base64

import pytest

from hwebcore.managed.tickets import Ticket, TicketSealer, secrets_of

SEALER = TicketSealer((bytes(32),), "/", ".ASPXAUTH")
TICKET = Ticket("ann", 1000.0, 2800.0, True, "5" * 32)


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
    assert TicketSealer(other[:1], *other[1:]).open(SEALER.seal(TICKET)) is None


@pytest.mark.parametrize("text", ["", "A", "é", "!" * 40, "A" * 5000, "AAAA" * 20])
def test_rubbish_is_refused(text: str) -> None:
    assert SEALER.open(text) is None


def test_machine_key_wins_over_the_instances_own() -> None:
    own = (b"own", b"former")
    assert secrets_of(own, "00ff", "aa") == (b"\x00\xff\xaa",)
    assert secrets_of(own, "", "") == own
    assert secrets_of(own, "AutoGenerate", "") == own


# rules: forms.rotation
def test_a_former_key_reads_and_does_not_seal() -> None:
    rotated = TicketSealer((b"new" * 8, bytes(32)), "/", ".ASPXAUTH")
    opened = rotated.open(SEALER.seal(TICKET))
    assert opened == TICKET
    assert opened.former
    fresh = rotated.open(rotated.seal(TICKET))
    assert fresh == TICKET
    assert not fresh.former
    assert SEALER.open(rotated.seal(TICKET)) is None
    assert TicketSealer((b"new" * 8,), "/", ".ASPXAUTH").open(SEALER.seal(TICKET)) is None
