"""The second line of defence: nothing that steers a terminal passes, and what stands beside it stays in its cells."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from wcwidth import wcwidth

from console.widgets.shown import ShownFilter
from tests.support import hostile


@pytest.mark.parametrize("name", hostile.STRINGS)
def test_as_many_cells_as_before(name: str) -> None:
    text = hostile.STRINGS[name].encode("utf-8", "replace").decode()
    (passed,) = ShownFilter().apply([Segment(f"a{text}z")], Color(0, 0, 0))
    assert cell_len(passed.text) == cell_len(f"a{text}z")
    assert sum(max(0, wcwidth(one)) for one in passed.text) == cell_len(passed.text)
    assert not [one for one in hostile.unseen(passed.text) if one not in ("U+00AD",)]
