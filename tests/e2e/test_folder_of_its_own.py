"""Story: "Only this folder's answers shall carry it." From the tree to a folder's home page, and what is set there is in its own file."""

from __future__ import annotations

from tests.support.story_world import Shared


def test_what_is_set_for_a_folder_holds_there_alone(stories: Shared) -> None:
    with stories.told() as story:
        story.goes_to("site Shop", "Shop Home")
        story.press("t", "right")
        story.sees("▫ goods")
        if story.terminal.shows("▫ __pycache__"):  # where the shop has run, Python's folder stands before it
            story.press("down")
        story.press("down", "enter")
        story.sees("goods Home")
        story.sees("Configuration: 'Shop/goods' web.config")
        story.goes_to("HTTP Response Headers of Shop/goods", "These headers are added to every answer.")
        story.press("+")
        story.sees("Add Response Header")
        story.press("X-Goods", "tab", "fresh", "ctrl+s")
        story.sees("X-Goods")
        story.file_says(story.site_file("shop/goods"), '<add name="X-Goods" value="fresh" />')
        story.eventually(lambda: story.program.get("/goods/one.txt", "shop").headers.get("x-goods") == "fresh", "the header is sent")
        assert "x-goods" not in story.program.get("/", "shop").headers
        story.undoes()
        story.eventually(lambda: "x-goods" not in story.program.get("/goods/one.txt", "shop").headers, "and is not any more")
