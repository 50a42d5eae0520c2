"""Story: "It fails for this one visitor." The request that came is looked at, sent again just as it was, and handed on as a curl command without its secrets."""

from __future__ import annotations

from tests.support.marked_secrets import files_with
from tests.support.story_world import Shared

SECRET = "qZ7secret"
HEADERS = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"visit={SECRET}", "X-Note": "one of a kind"}


# rules: capture.masked capture.same
def test_a_form_is_sent_again_as_the_visitor_sent_it(stories: Shared) -> None:
    with stories.told() as story:
        story.goes_to("Live Requests", "URL")
        story.sees("· capturing")
        assert story.program.get("/guestbook", "integrated", "POST", HEADERS, f"words=twice&password={SECRET}".encode()).status == 303
        story.sees("303.0")
        story.press("end", "enter")
        story.sees("BEGIN_REQUEST")
        story.reads_to("303 See Other")
        story.press("pageup")
        story.sees("words=twice&password=***")
        story.sees("visit=***")
        story.sees("X-Note: one of a kind")
        assert SECRET not in story.terminal.text
        story.press("r")
        story.sees("Your application runs again")
        story.press("tab", "enter")
        story.sees("answered 303")
        story.eventually(lambda: story.program.get("/guestbook", "integrated").text.count("twice") == 2, "the guest book has it twice")
        story.press("y")
        story.sees("curl command")
        story.press("c", "enter")
        story.sees("Copied")
        assert files_with(story.program.folder, b"--data-raw 'words=twice&password=***'") != []
        assert SECRET not in story.terminal.text
        story.press("escape")
        story.sees_no("also in the file")
        # It was in the memory of two processes, and is in no file: no log, no setting, nothing that was copied.
        assert files_with(story.program.folder, SECRET.encode()) == []
