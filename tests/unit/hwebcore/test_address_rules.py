"""How addresses and masks are read."""

from __future__ import annotations

import pytest

from hwebcore.address_rules import forwarded, number, span
from hwebcore.plan import AddressRule, AddressRules, ScopeSettings, Source, from_json, to_json


@pytest.mark.parametrize(
    ("address", "mask", "inside", "outside"),
    [
        ("10.1.2.3", "255.255.255.255", "10.1.2.3", "10.1.2.4"),
        ("10.1.2.3", "255.255.0.0", "10.1.200.3", "10.2.2.3"),
        ("10.1.2.3", "16", "10.1.0.0", "10.0.255.255"),
        ("10.1.2.3", "0", "203.0.113.9", None),
        ("10.0.0.1", "255.0.0.255", "10.77.88.1", "10.77.88.2"),
        ("2001:db8::1", "255.255.255.255", "2001:db8:0:0::1", "2001:db8::2"),
        ("2001:db8::1", "32", "2001:db8:ffff::9", "2001:db9::1"),
        ("2001:db8::1", "ffff:ffff::", "2001:db8:ffff::9", "2001:db9::1"),
        ("fe80::1", "255.255.255.255", "fe80::1%eth0", "fe80::2%eth0"),
        ("::ffff:10.1.2.3", "24", "10.1.2.9", "10.1.3.3"),
        ("10.1.2.3", "255.255.255.255", "::ffff:10.1.2.3", "::10.1.2.3"),
    ],
)
def test_what_an_entry_covers(address: str, mask: str, inside: str, outside: str | None) -> None:
    bits, value, covered = span(address, mask)

    def fits(one: str) -> bool:
        width, found = number(one)
        return width == bits and found & covered == value

    assert fits(inside)
    assert outside is None or not fits(outside)


@pytest.mark.parametrize(
    ("address", "mask"),
    [("", "255.255.255.255"), ("10.0.0", "8"), ("10.0.0.256", "8"), ("localhost", "8"), ("10.0.0.1", "33"), ("10.0.0.1", "ffff::"),
     ("10.0.0.1", ""), ("10.0.0.1", "-1"), ("10.0.0.1", "٣"), ("2001:db8::1", "129"), ("2001:db8::1", "255.255.255.0"), ("10.0.0.1\0", "8")],
)  # fmt: skip
def test_what_is_no_entry(address: str, mask: str) -> None:
    with pytest.raises(ValueError, match=r"no address|no mask|more bits"):
        span(address, mask)


def test_they_travel_with_a_plan() -> None:
    rule = AddressRule("10.0.0.0", "255.0.0.0", True, Source("web.config", 3, 5, "S"))
    settings = ScopeSettings(address_rules=AddressRules((rule,), False, "NotFound", True))
    assert from_json(ScopeSettings, to_json(settings).encode()) == settings


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ([], []),
        (["", " , "], []),
        (["10.0.0.1, 10.0.0.2:50000", "[::1]:50000"], ["10.0.0.1", "10.0.0.2", "::1"]),
        (["::1", "[::2]", "x:y:z"], ["::1", "::2", "x:y:z"]),
    ],
)
def test_every_line_of_what_proxies_tell(lines: list[str], found: list[str]) -> None:
    assert forwarded(lines) == found
