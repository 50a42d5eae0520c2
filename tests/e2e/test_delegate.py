"""Story: "Nobody below may set this." A feature is delegated read-only; the web.config that sets it is named beforehand, and refused."""

from __future__ import annotations

from tests.support.story_world import Shared


def test_a_web_config_that_sets_it_is_refused(stories: Shared) -> None:
    with stories.told() as story:
        assert story.program.get("/", "shop").status == 200
        story.goes_to("Feature Delegation", "Feature Delegation ▸")
        story.finds("Modules")
        story.sees("▌  Modules")
        story.chooses("Read Only")
        story.sees("This would bring new errors")
        story.sees("'system.webServer/modules' is locked above")
        assert story.as_before
        story.press("right", "enter")
        story.eventually(lambda: story.program.get("/", "shop").status == 500, "the shop's own modules are refused")
        assert not story.as_before
        story.undoes()
        story.eventually(lambda: story.program.get("/", "shop").status == 200, "as before")
        story.goes_to("Configuration History", "Configuration History ▸")
        story.sees("Modules")
