"""The deed of Set Common Headers: one dialog over two sections, one change.

Knows no widget but the Desk; fields and edits are console/header_forms.py's.
"""

from __future__ import annotations

from dataclasses import replace

from console import header_forms, ways
from console.forms import Form
from console.screens import entry_deeds
from console.screens.desk import Desk
from model.edits import Where


async def common_headers(desk: Desk) -> None:
    path = ways.config_path(desk.view)

    def made() -> Form:
        form = header_forms.headers_form(desk.session.workspace.hierarchy, path)
        files = {entry_deeds.writing(desk, section, form).file for section in (header_forms.PROTOCOL, header_forms.STATIC)}
        return replace(form, file=", ".join(sorted(files)))

    form = made()
    values = await desk.fill(form, made)
    if values is None or values == form.initial:
        return
    wheres: dict[str, Where] = {}
    for section in header_forms.spoken_of(form.initial, values):
        where = await entry_deeds.where_asked(desk, section)
        if where is None:
            return
        wheres[section] = where
    await entry_deeds.apply(desk, header_forms.headers_edit(form.initial, values, wheres))
