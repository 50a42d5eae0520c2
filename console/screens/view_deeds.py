"""Deeds that move: between places and panes, to sources and logs, sheets of help and keys, quitting.

Know no page's content.
"""

from __future__ import annotations

import textwrap

from console.actions import WIDGET_KEYS, of_page, shown_key
from console.content_view import Content
from console.destination import own_file
from console.lines import BLANK, Line, line, run
from console.places import Place, live_of
from console.screens.desk import Desk
from console.screens.pool_deeds import pools_of
from console.ways import Way
from model.config_path import ConfigPath
from model.edits import Step
from model.source import Source


async def view_log(desk: Desk) -> None:
    names = pools_of(desk)
    if names:
        desk.open(Place("log", detail=names[0]))


async def view_live(desk: Desk) -> None:
    """Narrowed to what is selected."""
    target = desk.targets[0] if desk.targets else None
    if target is not None and target.kind in ("pool", "site"):
        desk.open(Place("live", detail=f'{target.kind}="{target.name}"'))
    elif target is not None and target.kind in ("application", "content"):
        site, _, path = target.name.partition("/")
        desk.open(live_of(site, f"/{path}"))
    else:
        desk.open(Place("live"))


async def view_requests(desk: Desk) -> None:
    desk.open(Place("requests", detail=desk.targets[0].name))


async def view_log_files(desk: Desk) -> None:
    desk.open(Place("logs"))


async def providers(desk: Desk) -> None:
    """The list of one scheme; the others have none."""
    section = getattr(desk.targets[0].value, "section", "")
    way = Way(section, (Step("providers"),))
    if way.schema is None:
        desk.say(f"{desk.targets[0].name} has no providers to choose from: Windows Authentication has.", "warning")
    else:
        desk.open(Place("entries", desk.place.site, desk.place.app, str(way)))


async def content_view(desk: Desk) -> None:
    _open_level(desk, "content")


async def features_view(desk: Desk) -> None:
    """Of the folder that is selected, else of the one that is listed."""
    place, entry = desk.place, desk.targets[0].value if desk.targets else None
    path = entry.url if isinstance(entry, Content) and entry.kind != "File" else place.detail or place.app
    desk.open(Place("folder", place.site, path) if path not in ("", "/") else Place("site", place.site))


async def view_modules(desk: Desk) -> None:
    _open_level(desk, "modules")


async def view_handlers(desk: Desk) -> None:
    _open_level(desk, "handlers")


def _open_level(desk: Desk, page: str) -> None:
    target = next((target for target in desk.targets if target.kind in ("site", "application", "content")), None)
    site, _, path = (target.name if target is not None else f"{desk.place.site}{desk.place.app}").partition("/")
    desk.open(Place(page, site, f"/{path}"))


async def view_source(desk: Desk) -> None:
    """The line behind what is selected, else the file that an edit here goes to."""
    target = desk.targets[0] if desk.targets else None
    source = getattr(target.value, "source", None) if target else None
    if isinstance(source, Source) and source.line:
        desk.open(Place("source", desk.place.site, desk.place.app, f"{source.file}:{source.line}"))
    elif target is not None and target.kind == "problem" and isinstance(target.value, tuple):
        desk.open(Place("source", detail=f"{target.value[0]}:{target.value[1]}"))
    else:
        path = ConfigPath(desk.place.site, desk.place.app or "/") if desk.place.site else ConfigPath()
        desk.open(Place("source", desk.place.site, desk.place.app, str(own_file(desk.session, path) or "")))


async def back(desk: Desk) -> None:
    desk.go("back")


async def forward(desk: Desk) -> None:
    desk.go("forward")


async def up(desk: Desk) -> None:
    above = desk.place.above
    if above is not None:
        desk.open(above)


async def next_pane(desk: Desk) -> None:
    desk.go_round()


async def tree(desk: Desk) -> None:
    desk.drawer("tree")


async def actions_menu(desk: Desk) -> None:
    desk.drawer("actions")


async def theme(desk: Desk) -> None:
    from themes import palettes

    names = [entry.name for entry in palettes()]
    desk.console.theme = names[(names.index(desk.console.theme) + 1) % len(names)] if desk.console.theme in names else names[0]


async def mouse(desk: Desk) -> None:
    desk.lend_mouse()


async def go_to(desk: Desk) -> None:
    from console.screens.address_menu import level_of, open_menu

    await open_menu(desk, level_of(desk.place))


async def settings(desk: Desk) -> None:
    from console.screens.settings import ask

    await ask(desk)


async def palette(desk: Desk) -> None:
    from console.screens.palette import ask

    await ask(desk)


async def keys(desk: Desk) -> None:
    from console.screens.dialog import SheetDialog

    lines: list[Line] = []
    groups: dict[str, list[Line]] = {}
    actions = [action for action in of_page(desk.place.page) if action.key]
    wide = max(len(action.label) for action in actions) + 1
    for action in actions:
        names = "  ".join(shown_key(key) for key in action.keys)
        first, *more = textwrap.wrap(action.help, max(16, _sheet_width(desk) - 16 - wide)) or [""]
        entry = line(run(f"{names:>14}  ", "link", bold=True), run(f"{action.label.rstrip('…'):{wide}}"), run(first, "quiet"))
        below = [line(run(" " * (16 + wide)), run(piece, "quiet")) for piece in more]
        groups.setdefault("This page" if action.places else "Everywhere", []).extend((entry, *below))
    for heading, entries in groups.items():
        lines += [line(run(heading, "heading", bold=True)), *entries, BLANK]
    lines.append(line(run("In every pane", "heading", bold=True)))
    lines += [line(run(f"{key:>26}  ", "link", bold=True), run(text, "quiet")) for key, text in WIDGET_KEYS]
    await desk.show_popup(SheetDialog("Keys", lines))


def _sheet_width(desk: Desk) -> int:
    """Of what a sheet shows: 100 cells where there is room (themes/console.tcss), without its scroll bar."""
    return min(100, desk.console.size.width * 94 // 100) - 4


async def help_sheet(desk: Desk) -> None:
    from console.screens.dialog import SheetDialog

    lines: list[Line] = []
    for paragraph in _help_of(desk.place.page).strip().split("\n\n"):
        lines += [line(run(piece)) for piece in textwrap.wrap(" ".join(paragraph.split()), _sheet_width(desk))]
        lines.append(BLANK)
    await desk.show_popup(SheetDialog("Help", lines))


def _help_of(name: str) -> str:
    """The page's own words, else what it says it is for and the keys that all of its kind have."""
    from console.collection import executed
    from console.pages import PAGES, page
    from console.property_page import FormPage
    from console.wording.help import HELP

    if name in HELP or name not in PAGES:
        return HELP.get(name, HELP["server"])
    declared = page(name)
    keys = (
        "ctrl+s applies what was changed, Cancel takes it back."
        if isinstance(declared, FormPage)
        else "Enter or e changes what is selected, + adds, Del takes away, / narrows the list, u groups it, Columns… chooses what it shows, "
        "z takes a change back."
    )
    section = getattr(declared, "section", "")
    does = "executes it." if executed(section) else "keeps it and lets it be edited; it does not execute it."
    here = f"\n\nThis server {does}" if section else ""
    return f"{declared.sentence}{here}\n\n{keys} The status bar names the file that a change is written to."


async def quit_console(desk: Desk) -> None:
    await desk.leave()
