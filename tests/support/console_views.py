"""Views of the console on configurations made on the spot: what a page's functions are given, without a screen.

Knows no page and no widget. meaning.py writes the files; the site is "S", its content in the folder "s".
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from console.feed import Feed
from console.listing import View
from console.places import SERVER, Place
from console.session import Session
from model.workspace import Workspace
from tests.support.meaning import server, write

AT_SITE = Place("any", "S", "/")


def view(folder: Path, inner: str = "", place: Place = SERVER, files: Mapping[str, str] | None = None) -> View:
    """`inner`: what stands in applicationHost.config beside the site; `files`: others, by their path below the folder."""
    (folder / "s").mkdir(exist_ok=True)
    write(folder, {"applicationHost.config": server(inner), **(files or {})})
    return View(Session(Workspace.open(folder)), Feed(), place)
