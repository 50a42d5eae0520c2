"""Which cells the mouse has selected."""

from __future__ import annotations

from console.widgets.mouse_selection import MouseSelection


def test_one_line_either_way() -> None:
    forth, back = MouseSelection((2, 3), (2, 6)), MouseSelection((2, 6), (2, 3))
    assert forth.span(2, 80) == back.span(2, 80) == (3, 7)
    assert forth.span(1, 80) is None


def test_lines_between_are_whole() -> None:
    selection = MouseSelection((5, 4), (5, 4)).to(3, 10)
    assert [selection.span(line, 40) for line in range(2, 7)] == [None, (10, 40), (0, 40), (0, 5), None]
    assert list(selection.lines) == [3, 4, 5]


def test_it_goes_with_its_lines() -> None:
    selection = MouseSelection((5, 4), (7, 2))
    assert selection.moved(-3) == MouseSelection((2, 4), (4, 2))
    assert selection.moved(-6) == MouseSelection((0, 0), (1, 2))


def test_never_beyond_the_pane() -> None:
    assert MouseSelection((0, 90), (0, 95)).span(0, 80) == (80, 80)
    assert MouseSelection((0, 5), (0, 5)).to(-3, -7).end == (0, 0)
    assert MouseSelection((1, 1), (1, 1)).is_empty
