"""Who is this machine."""

import pytest

from hwebcore.local_client import is_local_client


@pytest.mark.parametrize(
    ("client", "local", "is_local"),
    [
        ("127.0.0.1", "10.0.0.1", True), ("::1", "", True), ("::ffff:127.0.0.1", "", True), ("10.0.0.1", "10.0.0.1", True),
        ("10.0.0.2", "10.0.0.1", False), ("127.0.0.2", "127.0.0.1", False), ("", "", False),
    ],
)  # fmt: skip
def test_by_both_addresses(client: str, local: str, is_local: bool) -> None:
    assert is_local_client(client, local) is is_local
