"""Story: "I know the keys by heart, and I do not wait." All of them at once, as over a slow line: none is lost, none goes to another page."""

from __future__ import annotations

from tests.support.story_world import Shared


def test_all_keys_at_once(stories: Shared) -> None:
    with stories.told() as story:
        story.terminal.press_at_once("ctrl+p", "Go to pool Shop", "enter", "v", "/", "Queue Length", "enter", "enter", "500", "ctrl+s")
        story.file_says(story.program.server_file, 'name="Shop" managedPipelineMode="Integrated" queueLength="500"')
        story.undoes()
        story.terminal.press_at_once("ctrl+p", "Go to pool Shop", "enter", "delete", "right", "enter", "z")
        story.sees("Undo: remove")
        story.undoes(times=0)
