"""Story: "All three of them to Classic, please, and back if it hurts." Three pools are marked and toggled at once, with one undo."""

from __future__ import annotations

from tests.support.story_world import Shared, World

MODES = {"integrated": True, "classic": False, "shop": True}


def stamped(story: World, site: str) -> bool:
    """Whether managed modules see the picture: they do in Integrated alone."""
    header = "x-ran" if site == "shop" else "x-stamp"
    path = "/index.html" if site == "shop" else "/poolhouse.svg"
    return header in story.program.get(path, site).headers


def test_three_pools_with_one_key(stories: Shared) -> None:
    with stories.told() as story:
        assert {site: stamped(story, site) for site in MODES} == MODES
        story.goes_to("Application Pools", "A pool is one or more")
        story.press("home", "space", "space", "space")
        story.sees("3 marked")
        story.press("m")
        story.sees("3 pools")
        story.press("enter")
        story.eventually(
            lambda: {site: stamped(story, site) for site in MODES} == {site: not mode for site, mode in MODES.items()}, "all are the other way round"
        )
        text = story.program.server_file.read_text("utf-8")
        assert (text.count('managedPipelineMode="Classic"'), text.count('managedPipelineMode="Integrated"')) == (2, 1)
        story.sees_no("3 marked")
        story.undoes()
        story.eventually(lambda: {site: stamped(story, site) for site in MODES} == MODES, "as before")
