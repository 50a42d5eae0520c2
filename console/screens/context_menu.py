"""The context menu: the actions of the page that act on what was clicked, those that do not apply now with the reason.

Knows no widget but the Desk and its menu; the rows are the action table's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from console.actions import Action, of_page
from console.browsing import browse_actions
from console.places import Target
from console.screens.desk import Desk
from console.screens.menu import MenuChoice, MenuDialog

#: Offered on everything: they act on whatever has the focus.
ALWAYS = ("copy", "view_source", "help")


def choices(
    page: str, targets: Sequence[Target], has_request: bool, blocked: Callable[[Action], str], more: Sequence[Action] = ()
) -> list[MenuChoice]:
    """`more`: what follows from the site's addresses."""
    kinds = {target.kind for target in targets} | ({"request"} if has_request else set())
    own = [action for action in of_page(page) if action.group and action.kinds and kinds & set(action.kinds)]
    found = [_choice(action, blocked(action)) for action in own]
    own += more
    known = {action.id for action in own}
    found += [_choice(action, blocked(action)) for action in of_page(page) if action.id in ALWAYS and action.id not in known]
    return found


def _choice(action: Action, reason: str) -> MenuChoice:
    return MenuChoice(action.label, action.id, action.key_shown, reason)


async def ask(desk: Desk, at: tuple[int, int]) -> str:
    """The chosen action's id; "" where none was."""
    found = choices(desk.place.page, desk.targets, desk.request is not None, desk.blocked, browse_actions(desk.session, desk.place, desk.targets))
    chosen = await desk.show_popup(MenuDialog("", found, at))
    return chosen if isinstance(chosen, str) else ""
