"""The deed of Set Common Headers: one dialog over two sections, one change.

Knows no widget but the Desk; fields and edits are console/header_forms.py's.
"""

from __future__ import annotations

from console import header_forms, ways
from console.screens import entry_deeds
from console.screens.desk import Desk
from model.edits import Where


async def common_headers(desk: Desk) -> None:
    path = ways.config_path(desk.view)
    form = header_forms.headers_form(desk.session.workspace.hierarchy, path)
    values = await desk.fill(form, lambda: header_forms.headers_form(desk.session.workspace.hierarchy, path))
    if values is None or values == form.initial:
        return
    wheres: dict[str, Where] = {}
    for section in header_forms.spoken_of(form.initial, values):
        where = await entry_deeds.where_asked(desk, section)
        if where is None:
            return
        wheres[section] = where
    await entry_deeds.apply(desk, header_forms.headers_edit(form.initial, values, wheres))
