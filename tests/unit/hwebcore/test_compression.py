"""The plan's part about compression travels whole."""

from __future__ import annotations

from hwebcore.compression import CompressedType, CompressionScheme, StaticCompression
from hwebcore.plan import ScopeSettings, from_json, to_json
from tests.support.exchange import SOURCE


def test_it_travels_whole() -> None:
    made = StaticCompression(
        True, (CompressionScheme("gzip", 7, SOURCE),), (CompressedType("text/*", True, SOURCE),), 1, 2, False, False, False, True, 90, 40,
        (("Expires", "0"),), SOURCE,
    )  # fmt: skip
    settings = ScopeSettings(static_compression=made)
    assert from_json(ScopeSettings, to_json(settings)) == settings
