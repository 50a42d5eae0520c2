"""Browse: an action for each address of a site, as IIS Manager's Actions pane lists them, and the program that opens one. No Textual.

Knows no widget. The action table holds what is the same everywhere; these follow from the site's bindings.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from console.actions import HOMES, Action
from console.places import Place, Target
from console.session import Session
from hwebcore.plan import url_of
from model.sections.sites import binding_route

#: What the ids of these actions begin with; the URL follows.
BROWSE = "browse "
_VERB = "Browse "
#: A site of hundreds of names would push everything else out of the pane; Bindings… lists them all.
MOST = 12


def browse_actions(session: Session, place: Place, targets: Sequence[Target]) -> tuple[Action, ...]:
    """Of the site or application that is selected, else of the one whose page this is."""
    if place.page not in HOMES:
        return ()
    target = next((target for target in targets if target.kind in ("site", "application")), None)
    name, _, path = (target.name if target is not None else f"{place.site}{place.app or '/'}").partition("/")
    site = session.workspace.hierarchy.site(name) if name else None
    found: dict[str, Action] = {}
    for binding in site.bindings if site is not None else ():
        written, served = binding_route(binding, {}), binding_route(binding, session.ports)
        url = url_of(served) if served is not None else ""
        if written is not None and url and len(found) < MOST:
            url += path
            label = f"{_VERB}{written.host or written.ip}:{written.port} ({written.protocol})"
            found[url] = Action(f"{BROWSE}{url}", label, "", "Browse", HOMES, (), f"Open {url} in a browser.")
    return tuple(found.values())


def fitted(label: str, room: int) -> str:
    """The label for a narrow pane: its first word goes (the group's heading says it too), then the middle of the name; port and scheme stay."""
    if len(label) <= room:
        return label
    text = label.removeprefix(_VERB)
    name, _, rest = text.rpartition(":")
    kept = room - len(rest) - 2
    if len(text) <= room or kept < 2:
        return text
    return f"{name[: (kept + 1) // 2]}…{name[-(kept // 2) :]}:{rest}"


def why_not(session: Session, place: Place, targets: Sequence[Target]) -> str:
    """Nobody would answer: the reason."""
    if not session.running:
        return "The configuration is not running. Start it first."
    target = next((target for target in targets if target.kind in ("site", "application")), None)
    name = (target.name if target is not None else place.site).partition("/")[0]
    state = session.site_state(name).get("state")
    return "" if state == "Started" else f"{name} is stopped: nobody answers there."


@dataclass(frozen=True, slots=True)
class Browser:
    """`words` with the URL in them; `in_terminal`: it needs the terminal for itself, as lynx does."""

    words: tuple[str, ...]
    in_terminal: bool


def browser(url: str, environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Browser | None:
    """$BROWSER first, then what the desktop has; None where there is neither. Where there is no desktop, $BROWSER runs in the terminal."""
    desktop = platform == "darwin" or bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))
    named = environment.get("BROWSER", "").split(os.pathsep)[0].strip()
    if named:
        words = shlex.split(named.rstrip("& "))
        filled = tuple(word.replace("%s", url) for word in words)
        return Browser(filled if "%s" in named else (*filled, url), not desktop) if words else None
    usual = shutil.which("open" if platform == "darwin" else "xdg-open", path=environment.get("PATH"))
    return Browser((usual, url), False) if desktop and usual else None
