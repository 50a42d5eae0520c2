"""The Connections tree as values: which nodes there are, their glyphs, badges and counts, from session and feed. No Textual.

Knows no widget and no page's content. Drawn by widgets/tree.py.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass

from console.feed import Feed
from console.lines import Run, run
from console.places import SERVER, Place
from console.session import Session
from console.units import rate

STATE_GLYPHS = {
    "Started": ("●", "good"), "Stopped": ("○", "quiet"), "Starting": ("◐", "warning"), "Stopping": ("◐", "warning"),
    "Recycling": ("◐", "warning"), "Failed": ("✖", "bad"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Node:
    place: Place
    label: Run
    glyph: Run | None = None
    badge: Run | None = None
    children: tuple[Node, ...] = ()


def host_name() -> str:
    return socket.gethostname().split(".")[0] or "localhost"


def state_glyph(state: str) -> Run:
    """Shape first, colour third. A state that is not known (no service) is a hollow dot."""
    glyph, role = STATE_GLYPHS.get(state, ("○", "quiet"))
    return run(glyph, role)


def mode_badge(mode: str) -> Run:
    """I or C in the mode's colour."""
    return run(mode[:1] or " ", "integrated" if mode == "Integrated" else "classic", bold=True)


def tree(session: Session, feed: Feed, title: str) -> Node:
    """The whole tree; widgets show the unfolded part of it."""
    hierarchy = session.workspace.hierarchy
    modes = {pool.name: pool.managed_pipeline_mode for pool in hierarchy.pools()}
    sites = []
    for site in hierarchy.sites():
        state = str(session.site_state(site.name).get("state") or "")
        root_pool = next((application.application_pool for application in site.applications if application.path == "/"), "")
        applications = tuple(
            Node(
                Place("application", site.name, application.path),
                run(application.path.strip("/")),
                run(" "),
                mode_badge(modes.get(application.application_pool, "")),
            )
            for application in sorted(site.applications, key=lambda entry: entry.path)
            if application.path != "/"
        )
        role = "quiet" if state == "Stopped" else "text"
        sites.append(Node(Place("site", site.name), run(site.name, role), state_glyph(state), mode_badge(modes.get(root_pool, "")), applications))
    problems = len(session.workspace.problems)
    return Node(
        SERVER, run(title, bold=True), children=(
            Node(Place("pools"), run("Application Pools"), badge=run(len(modes), "quiet")),
            Node(Place("sites"), run("Sites"), badge=run(len(sites), "quiet"), children=tuple(sites)),
            Node(Place("live"), run("Live Requests"), badge=run(f"{rate(feed.rate())}/s", "quiet") if feed.seen else None),
            Node(Place("problems"), run("Problems"), badge=run(problems, "warning", bold=True) if problems else None),
        ),
    )  # fmt: skip
