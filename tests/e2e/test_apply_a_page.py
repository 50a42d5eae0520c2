"""Story: "The goods may be listed." A box is ticked on a page that is applied as a whole, and the listing comes."""

from __future__ import annotations

from tests.support.story_world import Shared


def test_nothing_happens_before_apply(stories: Shared) -> None:
    with stories.told() as story:
        assert story.program.get("/goods/", "shop").status == 403
        story.goes_to("site Shop", "Shop Home")
        story.goes_to("Directory Browsing of Shop", "nothing changed")
        story.press("space")
        story.sees("not applied yet")
        assert story.as_before
        story.press("ctrl+s")
        story.sees("nothing changed")
        story.file_says(story.site_file("shop"), '<directoryBrowse enabled="true" />')
        story.eventually(lambda: "one.txt" in story.program.get("/goods/", "shop").text, "the listing is served")
        story.undoes()
        story.eventually(lambda: story.program.get("/goods/", "shop").status == 403, "and refused again")
