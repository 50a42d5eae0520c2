"""Deeds that take text out: `y` offers what can be copied of what has the focus; the chosen text goes to the clipboard and to a file.

Know no widget but the Desk. What there is to copy is console/copying.py's.
"""

from __future__ import annotations

from console.addresses import told_addresses
from console.copying import Copy, Drawn, copies, urls_of
from console.display import show
from console.screens.desk import Desk

_HINT = 40


async def copy(desk: Desk) -> None:
    found = copies(desk.session, desk.feed, desk.targets, desk.drawn, desk.request)
    if not found:
        desk.say("There is nothing to copy here.", "warning")
    elif len(found) == 1 or found[0].label == "Selection":
        desk.copy(found[0].text)
    else:
        await _offer(desk, found)


async def _offer(desk: Desk, found: list[Copy]) -> None:
    from console.screens.menu import MenuChoice, MenuDialog

    choices = [MenuChoice(copy.label, copy, hint=show(" ".join(copy.text.split()), _HINT).plain) for copy in found]
    chosen = await desk.show_popup(MenuDialog("Copy", choices))
    if isinstance(chosen, Copy):
        desk.copy(chosen.text)


async def copy_curl(desk: Desk) -> None:
    found = copies(desk.session, desk.feed, (), Drawn(), desk.request)
    text = next((copy.text for copy in found if copy.label == "curl command"), "")
    if not text:
        raise LookupError(desk.session.captures.why_not)
    desk.copy(text)


async def copy_address(desk: Desk) -> None:
    """The first address of the site."""
    name, _, path = desk.targets[0].name.partition("/")
    urls = urls_of(desk.session, name)
    if not urls:
        _, patterns = told_addresses(desk.session.site_state(name))
        desk.say(f"{name} answers at {', '.join(patterns)}: no one address." if patterns else f"{name} has no address.", "warning")
        return
    desk.copy(urls[0] + path)
