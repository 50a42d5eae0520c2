"""What is offered while a filter is typed."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from console.filter_completion import completions, fields_told
from console.filters import parse

VALUES = {"pool": ("DefaultAppPool", "Classic .NET AppPool"), "mode": ("Integrated", "Classic"), "status": ("404.8",)}


def seen(field: str) -> Sequence[str]:
    return VALUES.get(field, ())


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("po", "pool:"), ("pool", "pool:"), ("-mo", "-mode:"), ("x sta", "x status>"), ("status", "status>=400"),
        ("pool:", "pool:DefaultAppPool"), ("pool:d", "pool:defaultAppPool"), ("pool:Cl", "pool:Classic*"), ('pool:"Cl', 'pool:"Classic .NET AppPool"'),
        ("a or mode=C", "a or mode=Classic"), ("status:4", "status:404.8"),
    ],
)  # fmt: skip
def test_the_first_completion(text: str, first: str) -> None:
    found = completions(text, seen)
    assert found[0] == first
    assert all(entry.startswith(text) for entry in found)


@pytest.mark.parametrize("text", ["", "pool:x ", "zzz", "nofield:a", "pool:DefaultAppPool"])
def test_nothing_to_offer(text: str) -> None:
    assert completions(text, seen) == []


def test_completed_values_can_be_parsed() -> None:
    for text in ("pool:", "mode:", "pool:Cl", 'pool:"'):
        for entry in completions(text, seen):
            assert parse(entry).alternatives


def test_fields_are_told_by_their_beginning() -> None:
    assert [name for name, _ in fields_told("x st")] == ["status>=400", "steps:"]
    assert "path:" not in dict(fields_told(""))
    assert dict(fields_told(""))["time>10ms"].startswith("time taken")
