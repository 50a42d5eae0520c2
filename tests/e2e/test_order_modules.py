"""Story: "Second has to run before First." Two local modules are put into order by hand, and the next trace follows."""

from __future__ import annotations

from tests.support.story_world import Shared, World


def ran(story: World) -> str:
    return story.program.get("/order", "shop").headers.get("x-ran", "")


def test_the_next_trace_follows(stories: Shared) -> None:
    with stories.told() as story:
        assert ran(story) == "First Second"
        story.goes_to("Modules of Shop", "Shop ▸ Modules")
        story.finds("noted.")
        story.sees("▌16  First")
        story.press("down", "K")
        story.file_says(story.site_file("shop"), '<add name="Second" type="noted.Second" />\n            <add name="First"')
        story.eventually(lambda: ran(story) == "Second First", "the modules run in the new order")
        story.program.get("/once-more", "shop")
        story.press("l")
        story.sees("/once-more")
        story.press("end", "enter")
        story.sees("GET /once-more 404.0")
        story.sees("▓ Second")
        lines = story.terminal.lines
        first, second = (next(number for number, line in enumerate(lines) if f"▓ {name}" in line) for name in ("First", "Second"))
        assert second < first
        story.undoes()
        story.eventually(lambda: ran(story) == "First Second", "the old order")
