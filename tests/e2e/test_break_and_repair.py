"""Story: "I mistyped something, and the site is down." A web.config is broken, named with its place, and repaired."""

from __future__ import annotations

from tests.support.story_world import Shared


def test_the_console_leads_to_the_broken_line(stories: Shared) -> None:
    with stories.told() as story:
        path = story.site_file("shop")
        whole = path.read_text("utf-8")
        story.eventually(lambda: story.program.get("/", "shop").status == 200, "the site as it was")
        story.program.edit(path, "</modules>", "</module>")
        story.eventually(lambda: story.program.get("/", "shop").status == 500, "the broken site says so")
        assert story.program.get("/notes.txt", "classic").status == 200, "its neighbours go on"
        story.goes_to("Problems", "Problems ▸")
        story.sees("not well-formed")
        story.press("enter")
        story.sees("</module>")
        path.write_text(whole, "utf-8")
        story.eventually(lambda: story.program.get("/", "shop").status == 200, "repaired")
        story.goes_to("Problems", "Nothing is wrong.")
