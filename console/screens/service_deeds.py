"""Deeds on the service and on the history: start what was opened, map ports, undo, redo.

Know no widget but the Desk.
"""

from __future__ import annotations

from console import forms
from console.addresses import addresses
from console.screens.desk import Desk


async def start_service(desk: Desk) -> None:
    """Opening is not running: this is the answer that starts it."""
    await desk.session.command("run")
    desk.say("Starting. The answer is kept with this configuration.")


async def map_ports(desk: Desk) -> None:
    ports = sorted({route.port for site in desk.session.workspace.hierarchy.sites() for route in addresses(site)})
    if not ports:
        desk.say("No binding names a port.", "warning")
        return
    values = await desk.fill(forms.ports_form(tuple(ports), {}))
    if values is not None:
        mapped = {int(port): int(text) for port, text in values.items() if int(text) != int(port)}
        await desk.session.command("run", ports={str(port): to for port, to in mapped.items()})


async def undo(desk: Desk) -> None:
    saved = desk.session.undo()
    desk.say(f"{saved.label[:1].upper()}{saved.label[1:]}. Z makes it again." if saved else "There is nothing to undo.")


async def redo(desk: Desk) -> None:
    saved = desk.session.redo()
    desk.say(f"{saved.label[:1].upper()}{saved.label[1:]}." if saved else "There is nothing to redo.")
