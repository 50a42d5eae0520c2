"""The Connections tree as values: which nodes there are, their glyphs, badges and counts, from session and feed. No Textual.

Knows no widget and no page's content. Drawn by widgets/tree.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from operator import itemgetter
from typing import TYPE_CHECKING

from console.host import host_name
from console.kept import Kept
from console.lines import Run, run
from console.places import SERVER, Place
from console.units import rate

if TYPE_CHECKING:
    from console.feed import Feed
    from console.session import Session
    from model.sections.sites import Site

__all__ = ["Connections", "Node", "host_name", "mode_badge", "state_glyph", "tree"]

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


def state_glyph(state: str) -> Run:
    """Shape first, colour third. A state that is not known (no service) is a hollow dot."""
    glyph, role = STATE_GLYPHS.get(state, ("○", "quiet"))
    return run(glyph, role)


def mode_badge(mode: str) -> Run:
    """I or C in the mode's colour."""
    return run(mode[:1] or " ", "integrated" if mode == "Integrated" else "classic", bold=True)


_SITES: Kept[Node] = Kept()


class Connections:
    """The tree as it is now. Nodes of what did not change stay the same objects: one of 1,000 sites is not made anew once a second."""

    def __init__(self, session: Session, feed: Feed) -> None:
        self._session, self._feed = session, feed
        self._made: tuple[object, object, Node] | None = None

    @property
    def now(self) -> Node:
        hierarchy, sites = self._session.workspace.hierarchy, self._session.snapshot.get("sites")
        if self._made is None or self._made[0] is not hierarchy or self._made[1] is not sites:
            self._made = (hierarchy, sites, tree(self._session, self._feed, host_name()))
        return _with_rate(self._made[2], self._session, self._feed)


def tree(session: Session, feed: Feed, title: str) -> Node:
    """The whole tree; widgets show the unfolded part of it."""
    hierarchy = session.workspace.hierarchy
    modes = {pool.name: pool.managed_pipeline_mode for pool in hierarchy.pools()}
    sites = []
    for site in hierarchy.sites():
        state = str(session.site_state(site.name).get("state") or "")
        sites.append(_SITES.of(site.name, _site, site, state, tuple(modes.get(entry.application_pool, "") for entry in site.applications)))
    pools = Node(Place("pools"), run("Application Pools"), badge=run(len(modes), "quiet"))
    below = Node(Place("sites"), run("Sites"), badge=run(len(sites), "quiet"), children=tuple(sites))
    return _with_rate(Node(SERVER, run(title, bold=True), children=(pools, below)), session, feed)


def _site(site: Site, state: str, modes: tuple[str, ...]) -> Node:
    """`modes`: of its applications, in their order."""
    found = sorted(((application.path, mode_badge(mode)) for application, mode in zip(site.applications, modes, strict=True)), key=itemgetter(0))
    applications = tuple(Node(Place("application", site.name, path), run(path.strip("/")), run(" "), badge) for path, badge in found if path != "/")
    badge = next((badge for path, badge in found if path == "/"), mode_badge(""))
    return Node(Place("site", site.name), run(site.name, "quiet" if state == "Stopped" else "text"), state_glyph(state), badge, applications)


def _with_rate(root: Node, session: Session, feed: Feed) -> Node:
    """The same tree with what changes from second to second: the rate, and the number of problems."""
    problems = len(session.workspace.known_problems)
    live = Node(Place("live"), run("Live Requests"), badge=run(f"{rate(feed.rate())}/s", "quiet") if feed.seen else None)
    wrong = Node(Place("problems"), run("Problems"), badge=run(problems, "warning", bold=True) if problems else None)
    return replace(root, children=(*root.children[:2], live, wrong))
