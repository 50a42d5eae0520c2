"""The deed of Set Common Headers: one dialog over two sections, one change.

Knows no widget but the Desk; fields and edits are console/header_forms.py's.
"""

from __future__ import annotations

from console import header_forms, ways
from console.screens import entry_deeds
from console.screens.desk import Desk


async def common_headers(desk: Desk) -> None:
    path = ways.config_path(desk.view)
    form = header_forms.headers_form(desk.session.workspace.hierarchy, path)
    values = await desk.fill(form, lambda: header_forms.headers_form(desk.session.workspace.hierarchy, path))
    if values is None or values == form.initial:
        return
    protocol = await entry_deeds.where_asked(desk, header_forms.PROTOCOL)
    speaks = header_forms.speaks_of_expiry(form.initial, values)
    static = await entry_deeds.where_asked(desk, header_forms.STATIC) if speaks else protocol
    if protocol is not None and static is not None:
        await entry_deeds.apply(desk, header_forms.headers_edit(form.initial, values, protocol, static))
