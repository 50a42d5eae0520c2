"""A field shows hidden characters, one cell each, and its cursor stands where it says; the value is untouched."""

from __future__ import annotations

from textual.app import App, ComposeResult

from console.widgets.text_field import TextField
from tests.support import hostile


class OneField(App[None]):
    def __init__(self, value: str) -> None:
        super().__init__()
        self.value = value

    def compose(self) -> ComposeResult:
        yield TextField(self.value)


async def drawn(value: str) -> tuple[str, int, str]:
    """What stands in the field, the cursor's column from its text's begin, the value."""
    app = OneField(value)
    async with app.run_test(size=(300, 5)) as pilot:
        field = app.query_one(TextField)
        await pilot.pause()
        return field.render_line(0).text.rstrip(), field.cursor_screen_offset.x - field.content_region.x, field.value


async def test_hidden_characters_are_seen() -> None:
    assert await drawn("a\u202eb\x9d0;x\u200by") == ("a·b·0;x·y", 10, "a\u202eb\x9d0;x\u200by")
    assert await drawn("cafe\u0301 漢") == ("cafe\u0301 漢", 8, "cafe\u0301 漢")


async def test_nothing_of_a_hostile_value_acts() -> None:
    text = " ".join(hostile.STRINGS.values())
    shown, _, value = await drawn(text)
    assert not hostile.unseen(shown)
    assert value == text
