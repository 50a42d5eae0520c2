"""Story: "I have a folder. I want to see it in the browser." A site is added, fetched, and taken back."""

from __future__ import annotations

from pathlib import Path

from tests.support.program_driver import free_ports
from tests.support.story_world import Shared


def test_a_folder_becomes_a_site(stories: Shared, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("my own page\n")
    with stories.told() as story:
        story.program.ports["mine"] = free_ports(1)[0]
        story.goes_to("Sites", "A site is a set of addresses")
        story.press("+")
        story.sees("Add Website")
        story.press("Mine", "tab", "tab", str(tmp_path), *["tab"] * 5, str(story.program.ports["mine"]), "ctrl+s")
        story.sees("● Mine")
        fetched = story.eventually(lambda: story.program.get("/", "mine"), "the new site answers")
        assert (fetched.status, fetched.text) == (200, "my own page\n")
        before = _listener(story.program.ports["mine"])
        story.chooses("Restart")
        story.eventually(lambda: _listener(story.program.ports["mine"]) not in ("", before), "a restart closes its address and opens it again")
        assert story.eventually(lambda: story.program.get("/", "mine"), "it answers again").status == 200
        story.press("backspace")
        story.sees("Manage Server")
        story.chooses("Stop")
        story.sees("Stop every site and every application pool?")
        story.press("right", "enter")
        story.eventually(lambda: not _answers(story.program.ports["mine"]), "the server is stopped: nothing listens")
        story.chooses("Start")
        assert story.eventually(lambda: story.program.get("/", "mine"), "the server is started: it answers").status == 200
        story.goes_to("Sites", "A site is a set of addresses")
        assert f'physicalPath="{tmp_path}"' in story.program.server_file.read_text("utf-8")
        story.undoes()
        story.sees_no("● Mine")
        story.eventually(lambda: not _answers(story.program.ports["mine"]), "nothing listens there any more")


def _answers(port: int) -> bool:
    import socket

    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) == 0


def _listener(port: int) -> str:
    """The inode of the socket that listens there, "" where none does."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]]
    return next((row[9] for row in rows if row[1].endswith(f":{port:04X}") and row[3] == "0A"), "")
