"""The column chooser: switch one column after the other, see it at once, Esc when it is right.

Knows no page and keeps nothing: it is given the columns, what is shown, and what to do with a choice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from textual.app import App

from console.lines import Column
from console.screens.menu import MenuChoice, MenuDialog


async def choose_columns(app: App[Any], columns: Sequence[Column], shown: Sequence[str], show: Callable[[tuple[str, ...]], None]) -> None:
    """`show` is given the ids of the columns in the order of the declaration. The last one stays."""
    wanted, last = set(shown), ""
    while True:
        choices = [MenuChoice(column.title if column.id != "mode" else "Mode", column.id, marked=column.id in wanted) for column in columns]
        chosen = await app.push_screen_wait(MenuDialog("Columns", choices, begin=last))
        if not isinstance(chosen, str):
            return
        last = chosen
        if wanted != {chosen}:
            wanted ^= {chosen}
            show(tuple(column.id for column in columns if column.id in wanted))
        else:
            app.notify("One column has to stay.", markup=False, timeout=2)
