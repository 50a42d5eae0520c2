"""What a transport tells of a socket's end, in each family."""

import pytest

from hwebcore.wire.address import address_of


@pytest.mark.parametrize(
    ("told", "address"),
    [(("127.0.0.1", 80), ("127.0.0.1", 80)), (("::1", 8080, 0, 0), ("::1", 8080)), ("/run/a.sock", ("", 0)), (b"", ("", 0)), (None, ("", 0))],
)
def test_each_family(told: object, address: tuple[str, int]) -> None:
    assert address_of(told) == address
