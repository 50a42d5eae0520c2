"""What is made of the same parts is made once."""

from __future__ import annotations

from console.kept import Kept


def test_made_again_when_a_part_is_another() -> None:
    made: list[object] = []

    def make(site: object, state: object) -> list[object]:
        made.append((site, state))
        return [site, state]

    kept: Kept[list[object]] = Kept()
    first = kept.of("a", make, "site", {"state": "Started"})
    assert kept.of("a", make, "site", {"state": "Started"}) is first
    assert kept.of("a", make, "site", {"state": "Stopped"}) == ["site", {"state": "Stopped"}]
    kept.of("b", make, "site", {"state": "Stopped"})
    assert len(made) == 3
