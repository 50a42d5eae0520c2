"""Story: "How long may this pool's queue be? Longer. No, leave it." A pool's advanced setting is found, changed, and undone."""

from __future__ import annotations

from tests.support.story_world import Shared


def test_a_setting_is_found_changed_and_undone(stories: Shared) -> None:
    with stories.told() as story:
        story.goes_to("pool Shop", "▌● Shop")
        story.press("v")
        story.sees("Advanced Settings: Shop")
        story.finds("Queue Length")
        story.sees("2000")
        story.press("enter")
        story.sees("A whole number from 10 to 65")
        story.press("5", "ctrl+s")
        story.sees("from 10")
        story.press("00", "ctrl+s")
        story.file_says(story.program.server_file, 'name="Shop" managedPipelineMode="Integrated" queueLength="500"')
        story.sees("500")
        assert story.program.get("/", "shop").status == 200
        story.undoes()
        story.sees("2000")
