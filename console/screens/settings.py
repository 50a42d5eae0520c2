"""The console's own settings: theme, shapes, what is asked before something is written, what was remembered.

Knows no widget but the Desk's form. They are kept per instance (console/preferences.py); the service's answers are in cli/settings.py.
"""

from __future__ import annotations

from console.forms import Field, Form
from console.screens.desk import Desk
from themes import palette, palettes

_QUIT = (("ask", "Ask"), ("keep", "Keep serving"), ("stop", "Stop serving"))


def form(theme: str, ascii_only: bool, review: bool, at_quit: str, file: str) -> Form:
    return Form(
        "Settings",
        (
            Field("theme", "Theme:", "choice", palette(theme).name, tuple((entry.name, entry.title) for entry in palettes())),
            Field("ascii", "Draw with ASCII characters only", "check", "true" if ascii_only else "false"),
            Field("review", "Show what will be written before every save", "check", "true" if review else "false"),
            Field("quit", "When the console is left:", "choice", at_quit, _QUIT),
            Field("tips", "Show the first-run tips again", "check", "false"),
        ),
        lambda values: {},
        file=file,
    )


async def ask(desk: Desk) -> None:
    kept = desk.session.preferences
    app = desk.console
    remembered = getattr(app, "remembered", None)
    at_quit = "ask" if remembered is None else "keep" if remembered else "stop"
    where = str(kept.folder) if kept.folder is not None else ""
    values = await desk.fill(form(app.theme, kept.ascii, kept.review, at_quit, where))
    if values is None:
        return
    kept.ascii, kept.review, kept.theme = values["ascii"] == "true", values["review"] == "true", values["theme"]
    if values["tips"] == "true":
        kept.tips.clear()
    kept.save()
    app.theme = values["theme"]
    remember = getattr(app, "remember_quit", None)
    if remember is not None and values["quit"] != at_quit:
        remember({"ask": None, "keep": True, "stop": False}[values["quit"]])
    app.screen.refresh(layout=True)
    if kept.problem:
        desk.say(kept.problem, "warning")
