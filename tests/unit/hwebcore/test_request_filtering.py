"""Rules travel with a plan, each with the line that it was written in."""

from __future__ import annotations

from hwebcore.plan import RequestFiltering, Rule, ScopeSettings, Source, from_json, to_json


def test_they_travel_with_a_plan() -> None:
    rule = Rule("bin", Source("web.config", 3, 5, "S"), allowed=False, size=7)
    settings = ScopeSettings(request_filtering=RequestFiltering(hidden_segments=(rule,), max_url=100))
    assert from_json(ScopeSettings, to_json(settings).encode()) == settings
