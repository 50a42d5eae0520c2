"""Story: "It fails, and somewhere it says why." A pool's worker and its log are found, and what the application prints is read as it comes."""

from __future__ import annotations

from tests.support.story_world import Shared

HANDLER = "class Talk:\n    def process_request(self, context):\n        print('the till is empty')\n        context.response.write('said')\n"
ROW = '<handlers><add name="Talk" path="talk" verb="GET" type="talk.Talk" preCondition="integratedMode" /></handlers>'


def test_what_the_application_prints_is_read(stories: Shared) -> None:
    with stories.told() as story:
        path = story.site_file("shop")
        before = path.read_bytes()
        (path.parent / "talk.py").write_text(HANDLER, "utf-8")
        story.program.edit(path, "</modules>", f"</modules>{ROW}")
        story.eventually(lambda: story.program.get("/talk", "shop").status == 200, "the application talks")
        story.goes_to("Worker Processes", "Worker Processes ▸")
        pid = next(pool["workers"][0]["pid"] for pool in story.program.status()["pools"] if pool["name"] == "Shop")
        story.sees(str(pid))
        story.goes_to("pool Shop", "▌● Shop")
        story.press("L")
        story.sees("the till is empty")
        path.write_bytes(before)
        story.eventually(lambda: story.program.get("/talk", "shop").status == 404, "as before")
