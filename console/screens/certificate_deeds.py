"""Deeds on the instance's certificates: create one for development, import, view, export, renew, remove. A service that runs takes them in at once.

Know no widget but the Desk; dialogs and the store are console/certificates.py's and certificate_forms.py's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from console import certificate_forms, certificates
from console.certificates import Shelf
from console.forms import Finding, Form, Report, Values, folder_of
from console.places import Target
from console.screens.desk import Desk
from console.session import Session
from hwebcore.certificate import BadCertificate, Certificate
from hwebcore.certificate_store import Contents
from model.presence import is_there

Missing = Iterable[tuple[str, str]]


async def create_certificate(desk: Desk) -> None:
    await _kept(desk, certificates.create_form, certificates.create)


async def import_certificate(desk: Desk) -> None:
    await _kept(desk, certificates.import_form, certificates.take_in)


async def _kept(desk: Desk, form: Callable[[Contents, Missing], Form], deed: Callable[[Shelf, Values], Certificate]) -> None:
    """What cannot be read (a wrong password) is said, and asked again with all that was typed."""
    shelf = desk.session.certificates
    missing = tuple(certificates.wanted(desk.session.workspace.hierarchy, shelf.contents, desk.session.ports))
    values = await desk.fill(form(shelf.contents, missing))
    while values is not None:
        try:
            made = deed(shelf, values)
        except (BadCertificate, OSError) as error:
            desk.say(str(error), "error")
            values = await desk.fill(form(shelf.contents, missing).filled(values))
        else:
            await _shown(desk, f"{made.name} is kept", made.name)
            return


async def view_certificate(desk: Desk) -> None:
    from console.screens.dialog import ReportDialog

    await desk.show_popup(ReportDialog(told_of(desk.session, desk.targets[0].name)))


def told_of(session: Session, name: str) -> Report:
    """Of View…, also where the certificate cannot be read any more."""
    try:
        return certificate_forms.view(session.certificates, name, session.workspace.hierarchy, session.ports)
    except (certificates.StoreFault, LookupError, OSError) as error:
        return Report(f"Certificate — {name}", (Finding("bad", "Unreadable", str(error)),))


async def export_certificate(desk: Desk) -> None:
    shelf, name = desk.session.certificates, desk.targets[0].name
    values = await desk.fill(certificate_forms.export_form(name))
    if values is None:
        return
    path = folder_of(values["file"])
    if is_there(path) and not await desk.ask("Export Certificate", f"{path} is there already. Write over it?", "Write over"):
        return
    certificate_forms.export(shelf, name, values)
    key = "" if values["format"] == "pem" else " with its private key: only you can read the file"
    desk.say(f"{name} is in {path}{key}.")


async def renew_certificate(desk: Desk) -> None:
    shelf, name = desk.session.certificates, desk.targets[0].name
    one = shelf.contents.named(name)
    reason = certificate_forms.why_not_renewed(one) if one is not None else ""
    if reason:
        desk.say(reason, "warning")
        return
    values = await desk.fill(certificate_forms.renew_form(shelf, name))
    if values is None:
        return
    made = certificate_forms.renew(shelf, name, int(values["days"]))
    await _shown(desk, f"{name} is renewed until {made.ends:%Y-%m-%d}", name)


async def remove_certificate(desk: Desk) -> None:
    shelf, name = desk.session.certificates, desk.targets[0].name
    keys = shelf.contents.keys_of(name)
    serves = f" {', '.join(keys)} will have no certificate: nobody can connect there." if keys else ""
    if await desk.ask("Remove Certificate", f"Remove {name} with its private key?{serves} This cannot be undone.", "Remove"):
        shelf.kept.remove(name, bound=True)
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
