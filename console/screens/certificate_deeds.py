"""Deeds on the instance's certificates: create one for development, import, remove. A service that runs takes them in at once.

Know no widget but the Desk; dialogs and the store are console/certificates.py's.
"""

from __future__ import annotations

from console import certificates
from console.places import Target
from console.screens.desk import Desk


async def create_certificate(desk: Desk) -> None:
    shelf = desk.session.certificates
    values = await desk.fill(certificates.create_form(shelf.contents))
    if values is not None:
        try:
            made = certificates.create(shelf, values)
        except (certificates.StoreFault, certificates.BadCertificate) as error:
            desk.say(str(error), "error")
            return
        await _shown(desk, f"{made.name} is kept", made.name)


async def import_certificate(desk: Desk) -> None:
    shelf = desk.session.certificates
    values = await desk.fill(certificates.import_form(shelf.contents))
    if values is not None:
        try:
            made = certificates.take_in(shelf, values)
        except (certificates.StoreFault, certificates.BadCertificate) as error:
            desk.say(str(error), "error")
            return
        await _shown(desk, f"{made.name} is kept", made.name)


async def remove_certificate(desk: Desk) -> None:
    shelf, name = desk.session.certificates, desk.targets[0].name
    keys = shelf.contents.keys_of(name)
    serves = f" {', '.join(keys)} will have no certificate: nobody can connect there." if keys else ""
    if await desk.ask("Remove Certificate", f"Remove {name} with its private key?{serves} This cannot be undone.", "Remove"):
        try:
            shelf.kept.remove(name, bound=True)
        except certificates.StoreFault as error:
            desk.say(str(error), "error")
            return
        await _shown(desk, f"{name} is removed", "")


async def share_out(desk: Desk) -> None:
    """Have a service that runs look at the store now."""
    if desk.session.client is not None:
        await desk.session.command("certificates")


async def _shown(desk: Desk, text: str, name: str) -> None:
    await share_out(desk)
    desk.say(f"{text}.")
    desk.redraw()
    if name:
        desk.select(Target("certificate", name))
