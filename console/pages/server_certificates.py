"""Server Certificates: what https bindings show their clients, kept in the instance's store.

Knows no widget, file or process; dialogs are console/certificates.py's.
"""

from __future__ import annotations

from collections.abc import Sequence

from console.lines import Column, Line, Row, cell, line, run
from console.listing import ListPage, View
from console.places import Target

COLUMNS = (
    Column("name", "Name", 18, grow=30),
    Column("to", "Issued To", 18, grow=30),
    Column("by", "Issued By", 18, drop=2, grow=30),
    Column("expires", "Expiration Date", 15),
    Column("bindings", "Bindings", 20, drop=1, grow=60),
)


def rows(view: View) -> Sequence[Row]:
    from hwebcore.certificate import now

    contents = view.session.certificates.contents
    found = []
    for one in contents.certificates:
        trouble = one.trouble(now())
        role = "bad" if one.expired(now()) else "warning" if trouble else "text"
        cells = {
            "name": cell(one.name, bold=True),
            "to": cell(one.issued_to),
            "by": cell("itself" if one.self_signed else one.issued_by, "quiet"),
            "expires": cell(f"{one.ends:%Y-%m-%d}", role, order=one.ends.timestamp()),
            "bindings": cell("  ".join(contents.keys_of(one.name)) or "bound nowhere", "text" if contents.keys_of(one.name) else "quiet"),
        }
        state = ("Expired", "bad") if one.expired(now()) else ("Expires soon", "warning") if trouble else ("Valid", "heading")
        found.append(Row(Target("certificate", one.name, one), cells, groups={"state": state}, glyph=run("▲", role) if trouble else None))
    for name, reason in contents.unreadable.items():
        cells = {"name": cell(name, bold=True), "to": cell(reason, "bad"), "by": cell(""), "expires": cell("", order=0.0), "bindings": cell("")}
        found.append(Row(Target("certificate", name), cells, groups={"state": ("Unusable", "bad")}, glyph=run("✖", "bad")))
    return found


def detail(view: View, target: Target | None) -> Sequence[Line]:
    from hwebcore.certificate import now

    shelf = view.session.certificates
    if shelf.fault:
        return [line(run("✖ ", "bad"), run(shelf.fault, "bad"))]
    found = shelf.contents.named(target.name) if target is not None else None
    if found is None:
        return ()
    trouble = found.trouble(now())
    lines = [line(run("for  ", "quiet"), run(", ".join(found.names)), run("   thumbprint  ", "quiet"), run(found.thumbprint))]
    if trouble:
        lines.append(line(run("▲ ", "warning"), run(f"It {trouble}.", "warning")))
    return lines


PAGE = ListPage(
    "server_certificates", "Server Certificates", "What https bindings show their clients. Keys stand in this instance's store, never in files.",
    COLUMNS, rows, groups=(("", "No Grouping"), ("state", "State")), sort="name", detail=detail,
    empty="No certificate is kept here. + makes one for development.", group_order=("Expired", "Unusable", "Expires soon", "Valid"),
)  # fmt: skip
