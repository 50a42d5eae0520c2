"""The context menu: the actions of the page that act on what was clicked, those that do not apply now with the reason.

Knows no widget but the Desk and its menu; the rows are the action table's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from console.actions import Action, of_page
from console.browsing import browse_actions
from console.places import Place, Target
from console.screens.desk import Desk
from console.screens.menu import MenuChoice, MenuDialog

#: Offered on everything: they act on whatever has the focus.
ALWAYS = ("copy", "view_source", "help")
#: Headings of what a list does as a whole.
WHOLE = ("Actions", "Manage Server", "Service")


def choices(
    page: str, targets: Sequence[Target], has_request: bool, blocked: Callable[[Action], str], more: Sequence[Action] = ()
) -> list[MenuChoice]:
    """Of a row. `more`: what follows from the site's addresses."""
    kinds = {target.kind for target in targets} | ({"request"} if has_request else set())
    own = [action for action in of_page(page) if action.group and action.kinds and kinds & set(action.kinds)]
    return _offered(page, [*own, *more], blocked)


def choices_of(place: Place, targets: Sequence[Target], blocked: Callable[[Action], str], more: Sequence[Action] = ()) -> list[MenuChoice]:
    """Of a place: what its page does where nothing is selected. A site's or an application's is about that one; a list's not about a row of it."""
    kinds = {target.kind for target in targets}
    grouped = [action for action in of_page(place.page) if action.group and action.id not in ALWAYS]
    if place.site:
        own = [action for action in grouped if not action.kinds or kinds & set(action.kinds)]
    else:
        own = [action for action in grouped if not action.kinds and action.group in WHOLE]
    return _offered(place.page, [*own, *more], blocked)


def _offered(page: str, own: Sequence[Action], blocked: Callable[[Action], str]) -> list[MenuChoice]:
    known = {action.id for action in own}
    always = [action for action in of_page(page) if action.id in ALWAYS and action.id not in known]
    return [_choice(action, blocked(action)) for action in (*own, *always)]


def _choice(action: Action, reason: str) -> MenuChoice:
    return MenuChoice(action.label, action.id, action.key_shown, reason)


async def ask(desk: Desk, at: tuple[int, int], *, whole: bool = False) -> str:
    """The chosen action's id; "" where none was. `whole`: of the place, not of a row."""
    place, targets = desk.place, desk.targets
    more = browse_actions(desk.session, place, targets)
    clicked = tuple(target for target in targets if target.kind == "feature") or targets  # not the site that the feature is of
    row = place.page, clicked, desk.request is not None
    found = choices_of(place, targets, desk.blocked, more) if whole else choices(*row, desk.blocked, more)
    chosen = await desk.show_popup(MenuDialog("", found, at))
    return chosen if isinstance(chosen, str) else ""
