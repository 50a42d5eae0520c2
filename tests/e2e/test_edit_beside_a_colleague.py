"""Story: "My colleague is in the same file." What he saves while my dialog is open is shown beside mine, and nobody's work is lost."""

from __future__ import annotations

from tests.support.story_world import Shared


def test_both_values_are_shown_and_ok_asks(stories: Shared) -> None:
    with stories.told() as story:
        file = story.program.server_file
        before = file.read_bytes()
        story.goes_to("site Shop", "Shop Home")
        story.press("b")
        story.sees("Physical path:")
        story.press("tab", "tab")
        story.press(str(story.program.config / "sites" / "classic"))
        story.sees("sites/classic")
        story.program.edit(file, "\\sites\\shop", "\\sites\\integrated")
        story.sees("Changed by somebody else")
        story.sees("sites\\integrated")
        story.press("ctrl+s")
        story.sees("Write mine")
        story.press("escape", "escape")
        story.sees_no("Physical path:")
        assert b"\\sites\\integrated" in file.read_bytes()
        story.eventually(lambda: "Poolhouse" in story.program.get("/index.html", "shop").text, "what the colleague wrote is served")
        file.write_bytes(before)
        story.eventually(lambda: story.program.get("/", "shop").text == "the shop\n", "and taken back")
