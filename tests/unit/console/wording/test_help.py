"""What stands on a page and in no other program is explained in the page's help."""

from __future__ import annotations

import pytest

from console import waterfall
from console.wording import help as helps


def test_each_glyph_of_the_waterfall_is_explained() -> None:
    assert not [glyph for glyph in (*waterfall._GLYPHS.values(), "◆") if f"{glyph} " not in helps.HELP["live"]]


@pytest.mark.parametrize("sign", ["=", "◂", "▸", "≠", "~"])
def test_each_sign_of_compare_is_explained(sign: str) -> None:
    assert f"{sign} " in helps.HELP["compare"]
