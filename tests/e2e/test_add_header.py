"""Story: "Every answer of the shop shall carry a header." An entry is added to a list, and the next answer has it."""

from __future__ import annotations

from tests.support.story_world import Shared


def test_the_next_answer_carries_it(stories: Shared) -> None:
    with stories.told() as story:
        story.goes_to("site Shop", "Shop Home")
        story.goes_to("HTTP Response Headers of Shop", "These headers are added to every answer.")
        story.press("+")
        story.sees("Add Response Header")
        story.press("X-Season", "tab", "summer", "ctrl+s")
        story.sees("X-Season")
        story.file_says(story.site_file("shop"), '<add name="X-Season" value="summer" />')
        story.eventually(lambda: story.program.get("/", "shop").headers.get("x-season") == "summer", "the header is sent")
        story.undoes()
        story.eventually(lambda: "x-season" not in story.program.get("/", "shop").headers, "and is not any more")
