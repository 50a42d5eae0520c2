"""The Configuration Editor's From: which file, and which location tag in it, edits of a section go to from here.

Knows no widget but the Desk and a menu. What may be chosen is console/destination.py's; the status bar says what is.
"""

from __future__ import annotations

from console import destination, ways
from console.host import host_name
from console.pages import section_of
from console.screens.desk import Desk
from console.screens.menu import MenuChoice, MenuDialog
from model.edits import Where


async def commit_to(desk: Desk) -> None:
    way = ways.parse(desk.place.detail)
    named = next((target.name for target in desk.targets if target.kind == "section"), "")
    section = way.section if way is not None else named or section_of(desk.place)
    found = destination.choices(desk.session, section, desk.place)
    if len(found) < 2:
        words = _words(desk, found[0]) if found else "none"
        desk.say(f"There is one file for <{section.rpartition('/')[2]}> here: {words}.", "warning")
        return
    now = destination.where_at(desk.session, section, desk.place)
    choices = [MenuChoice(_words(desk, where), where, marked=where == now) for where in found]
    chosen = await desk.show_popup(MenuDialog("From", choices))
    if not isinstance(chosen, Where):
        return
    if chosen.commit == "local":
        desk.session.commits.pop(chosen.path.key, None)
    else:
        desk.session.commits[chosen.path.key] = chosen.commit
    desk.redraw()
    nearer = "" if chosen.commit == "local" else " What a file below it says of the same setting wins."
    desk.say(f"Edits go to {_words(desk, chosen)}.{nearer}")


def _words(desk: Desk, where: Where) -> str:
    return destination.in_words(where, destination.file_of(desk.session, where), host_name()).partition(": ")[2]
