"""Deeds on the service and on the history: start what was opened, map ports, undo, redo.

Know no widget but the Desk.
"""

from __future__ import annotations

from pathlib import Path

from console import forms
from console.addresses import addresses
from console.before_start import unmapped
from console.places import Place
from console.screens.desk import Desk
from model.history import UndoConflict
from model.workspace import Saved

#: Of a foreign change, in the question about it.
MOST_DIFF_LINES = 14


async def start_service(desk: Desk) -> None:
    """Opening is not running: this is the answer that starts it. After the service has gone: another one. After Stop: what ran before."""
    if desk.session.running:
        await desk.session.command("start_all")
        desk.say("The server is started.")
        return
    desk.say("Starting. The answer is kept with this configuration.")
    await desk.session.start()


async def stop_server(desk: Desk) -> None:
    if await _agreed(desk, "Stop", "Stop every site and every application pool? They stay stopped until Start."):
        await desk.session.command("stop_all")
        desk.say("The server is stopped. Start runs again what ran.")


async def restart_server(desk: Desk) -> None:
    if await _agreed(desk, "Restart", "Stop every site and every application pool, and start them again? Recycle loses nothing and needs no stop."):
        await desk.session.command("stop_all")
        await desk.session.command("start_all")
        desk.say("The server is stopped and started again.")


async def _agreed(desk: Desk, verb: str, question: str) -> bool:
    busy = sum(desk.feed.in_flight(pool.name) for pool in desk.session.workspace.hierarchy.pools())
    under_way = f"\n{busy} requests are under way: they are finished first." if busy else ""
    return await desk.ask(f"{verb} Server", f"{question}{under_way}\nNo key takes that back: only the configuration has an undo.", verb)


async def map_drives(desk: Desk) -> None:
    missing = unmapped(desk.session.workspace.hierarchy)
    if not missing and not desk.session.drives:
        desk.say("Every folder that the sites name is mapped.")
        return
    names = (*missing, *(name for name in desk.session.drives if name not in missing))
    values = await desk.fill(forms.drives_form(names, missing, {name: str(folder) for name, folder in desk.session.drives.items()}))
    if values is None:
        return
    chosen = {name.strip("%").rstrip(":"): Path(values[f"drive{index}"].strip()).expanduser() for index, name in enumerate(names)}
    await desk.session.answer(drives={name: folder for name, folder in chosen.items() if str(folder) != "."})
    _told(desk)


def _told(desk: Desk) -> None:
    desk.say("In force now." if desk.session.running else "Kept. Start runs the configuration with it.")


async def map_ports(desk: Desk) -> None:
    ports = sorted({route.port for site in desk.session.workspace.hierarchy.sites() for route in addresses(site)})
    if not ports:
        desk.say("No binding names a port.", "warning")
        return
    values = await desk.fill(forms.ports_form(tuple(ports), desk.session.ports, "Apply" if desk.session.running else "Keep"))
    if values is not None:
        await desk.session.answer(ports={int(port.removeprefix("port")): int(text) for port, text in values.items()})
        _told(desk)


async def undo(desk: Desk) -> None:
    try:
        saved = await desk.session.undo()
    except UndoConflict as conflict:
        saved = await _settled(desk, conflict)
        if saved is None:
            return
    desk.say(f"{saved.label[:1].upper()}{saved.label[1:]}. Z makes it again." if saved else "There is nothing to undo.")


async def _settled(desk: Desk, conflict: UndoConflict) -> Saved | None:
    """Something later touched the same place: show what, and undo it first where the user says so. None: left as it is."""
    while True:
        diff = "\n".join(conflict.later.diff.splitlines()[:MOST_DIFF_LINES])
        whose = "Another program" if conflict.later.foreign else "A later change of mine"
        text = f"{whose} changed the same place after “{conflict.entry.label}”:\n\n{diff}\n\nUndoing mine needs that undone first."
        answer = await desk.choose("Undo", text, ("Leave it", "Undo the later one too", "Show the file"))
        if answer == "Show the file":
            desk.open(Place("source", detail=str(conflict.later.paths[0])))
        if answer != "Undo the later one too":
            return None
        try:
            await desk.session.undo(conflict.later)
            return await desk.session.undo(conflict.entry)
        except UndoConflict as another:
            conflict = another


async def redo(desk: Desk) -> None:
    saved = await desk.session.redo()
    desk.say(f"{saved.label[:1].upper()}{saved.label[1:]}." if saved else "There is nothing to redo.")
