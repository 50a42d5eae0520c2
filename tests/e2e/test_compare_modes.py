"""Story: "Why is this picture public in Classic?" The same request in both modes, side by side, and what differs."""

from __future__ import annotations

from tests.support.story_world import Shared


def test_both_modes_side_by_side(stories: Shared) -> None:
    with stories.told() as story:
        story.goes_to("Live Requests", "URL")
        story.sees("· capturing")
        assert story.program.get("/members/photo.png", "integrated").status == 302
        story.press("/", "url:photo", "enter")
        story.sees("/members/photo.png")
        story.press("end", "enter")
        story.reads_to("302 Found")
        story.press("c")
        story.sees("INTEGRATED")
        story.sees("CLASSIC")
        story.sees("shadow of")
        assert "302" in story.terminal.text
        assert "200" in story.terminal.text
        assert story.program.get("/members/photo.png", "classic").status == 200
    stories.close()  # the filter stays with its list: the next story begins afresh
