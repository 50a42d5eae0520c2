"""Story: "Somebody gets a 401, and I do not know from whom." From the list of requests to the module, and to the line that decided it."""

from __future__ import annotations

from tests.support.story_world import Shared


def test_from_the_request_to_the_line(stories: Shared) -> None:
    with stories.told() as story:
        refused = story.program.get("/private/plan.txt", "classic")
        assert refused.status == 401
        assert b"secret" not in refused.body
        story.goes_to("Live Requests", "URL")
        story.press("/", "status:401", "enter")
        story.sees("/private/plan.txt")
        story.press("end", "enter")
        story.sees("█ UrlAuthorization  401.2")
        story.press("down", "down", "down", "down", "enter")
        story.sees("Deny")
        story.sees("Configuration Source: web.config:5")
        assert 'accessType="Deny"' in story.terminal.text
        story.press("escape")
    stories.close()  # the filter stays with its list: the next story begins afresh
