"""The right pane: Alerts, then the page's actions in groups, greyed where they do not apply now.

Knows no session: it is given alerts and rows of the action table. Choosing sends Painted.Chosen with an action's id or a place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events

from console.actions import Action
from console.alerts import Alert, lines
from console.browsing import fitted
from console.lines import Line, line, run
from console.widgets.painted import Painted

#: The order of the groups; a group's heading is what the page makes of it ("Tasks" → "Application Pool Tasks").
GROUPS = ("Manage Server", "Service", "Actions", "This Request", "Tasks", "Edit", "Order", "Browse", "Configure", "Find", "Scale", "View", "Help")
_INDENT = "  "
UNHEADED = frozenset({"Actions", "Help"})


class ActionsPane(Painted):
    OPENS_AT_ONCE = True
    GROUND = "side"
    SELECTS = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._parts: tuple[Sequence[Alert], Sequence[Action], Callable[[Action], str], Callable[[str], str]] | None = None

    def show_actions(
        self, alerts: Sequence[Alert], actions: Sequence[Action], blocked: Callable[[Action], str], heading: Callable[[str], str]
    ) -> None:
        """`blocked` answers why an action does not apply ("": it does)."""
        self._parts = (alerts, actions, blocked, heading)
        self._draw()

    def _draw(self) -> None:
        if self._parts is None:
            return
        alerts, actions, blocked, heading = self._parts
        drawn: list[Line] = lines(alerts, self.size.width or 26)
        room = (self.scrollable_content_region.width or 26) - len(_INDENT) - 2  # a blank at either edge
        drawn.append(line(run("Actions", "heading", bold=True)))
        groups: dict[str, list[Action]] = {}
        for action in actions:
            if action.group:
                groups.setdefault(action.group, []).append(action)
        for group in sorted(groups, key=lambda name: GROUPS.index(name) if name in GROUPS else len(GROUPS)):
            if group not in UNHEADED:
                drawn.append(line(run(heading(group), bold=True)))
            for action in groups[group]:
                grey = bool(blocked(action))
                indent = "" if group in UNHEADED else _INDENT
                label = fitted(action.label, room) if group == "Browse" else action.label
                text = run(f"{indent}{label}", "quiet" if grey else "link")
                key = (run(action.key_shown, "quiet" if grey else "link"),) if action.key_shown else ()
                drawn.append(line(text, right=key, key=action.id))
        self.set_lines(drawn)

    def on_resize(self, event: events.Resize) -> None:
        self._draw()
