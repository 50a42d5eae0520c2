"""Story: "Its pool is Integrated now, and all it says is 500." Which setting it is, what to do about it, and it serves."""

from __future__ import annotations

from tests.support.story_world import Shared

CLASSIC = """<?xml version="1.0" encoding="UTF-8"?>
<configuration>
    <system.web>
        <httpModules>
            <add name="First" type="noted.First" />
        </httpModules>
    </system.web>
</configuration>
"""


def test_an_application_leaves_classic_mode(stories: Shared) -> None:
    with stories.told() as story:
        path = story.site_file("shop")
        whole = path.read_text("utf-8")
        path.write_text(CLASSIC, "utf-8")
        story.eventually(lambda: story.program.get("/index.html", "shop").status == 500, "what was written for Classic is refused")
        story.sees("Shop is Integrated: 1")
        story.goes_to("Pipeline Mode Findings", "Answers 500 now")
        story.press("F")
        story.sees("validateIntegratedModeConfiguration")
        assert path.read_text("utf-8") == CLASSIC, "it is shown, not written"
        story.press("enter")
        story.eventually(lambda: story.program.get("/index.html", "shop").status == 200, "it serves")
        story.sees("Nothing here has to be edited")
        story.press("z")
        story.eventually(lambda: path.read_text("utf-8") == CLASSIC, "z takes it back")
        path.write_text(whole, "utf-8")
        story.eventually(lambda: story.program.get("/index.html", "shop").headers.get("x-ran") == "First Second", "as before")
