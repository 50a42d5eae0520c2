"""Deeds on a text that is shown: open it in the user's own pager or editor; from a log's line to the requests of its URL.

Know no widget but the Desk. The terminal is lent to the other program, and the files are looked at again after it.
"""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

from textual.app import SuspendNotSupported

from console.logs import path_in
from console.places import Place
from console.screens.desk import Desk
from console.screens.text_page import TextPage
from model.presence import is_there


async def open_pager(desk: Desk) -> None:
    await _outside(desk, "PAGER", "less")


async def open_editor(desk: Desk) -> None:
    await _outside(desk, "VISUAL" if os.environ.get("VISUAL") else "EDITOR", "vi")


async def _outside(desk: Desk, variable: str, usual: str) -> None:
    page = desk.page
    path, number = page.file if isinstance(page, TextPage) else (None, 0)
    if path is None or not is_there(path):
        desk.say("There is no such file yet.", "warning")
        return
    command = [*shlex.split(os.environ.get(variable) or usual), *_at(path, number)]
    try:
        with desk.console.suspend():
            subprocess.run(command, check=False)
    except SuspendNotSupported:
        desk.say(f"This terminal cannot be lent. The file is {path}.", "warning")
    except OSError as error:
        desk.say(f"{command[0]} cannot be started: {error.strerror}. {variable} names another program. The file is {path}.", "error")
    desk.session.look_at_files()
    desk.redraw()


def _at(path: Path, number: int) -> list[str]:
    """Editors and pagers of Unix take +N before the file."""
    return [f"+{number}", str(path)] if number else [str(path)]


async def line_requests(desk: Desk) -> None:
    """Live requests of the URL that the log's line names."""
    page = desk.page
    if not isinstance(page, TextPage):
        return
    text, above = page.line_here
    url = path_in(text, above)
    if url:
        desk.open(Place("live", detail=f'url:"{url}"'))
    else:
        desk.say("This line names no URL: only those of W3C and HTTPERR logs do.", "warning")
