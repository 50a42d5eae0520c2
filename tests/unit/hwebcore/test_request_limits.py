"""Limits are values: those of the same lines are the same, and they travel with a plan."""

from __future__ import annotations

from hwebcore.plan import RequestLimits, ScopeSettings, Source, from_json, to_json


def test_the_same_lines_are_the_same_limits() -> None:
    source = Source("web.config", 3, 5, "S")
    one, other = (RequestLimits(at_once=2, while_s=0.5, action="NotFound", at_once_source=source) for _ in range(2))
    assert {one: 1}[other] == 1
    assert one != RequestLimits(at_once=2)


def test_they_travel_with_a_plan() -> None:
    settings = ScopeSettings(request_limits=RequestLimits(in_a_while=7, only_told=True))
    assert from_json(ScopeSettings, to_json(settings).encode()) == settings
