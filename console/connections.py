"""The Connections tree as values: which nodes there are, their glyphs, badges and counts, from session and feed. No Textual.

Knows no widget and no page's content. Folders are read of nodes that somebody unfolded, never at the start. Drawn by widgets/tree.py.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import TYPE_CHECKING

from console.content_view import folders
from console.departed import departed
from console.host import host_name
from console.kept import Kept
from console.lines import Run, run
from console.places import SERVER, Place
from console.units import rate

if TYPE_CHECKING:
    from console.feed import Feed
    from console.session import Session
    from model.hierarchy import Hierarchy
    from model.sections.sites import Site

__all__ = ["Connections", "Node", "host_name", "mode_badge", "state_glyph", "tree"]

#: The pages of nodes that have folders below.
HOMES = frozenset({"site", "application", "folder"})
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
    #: There may be folders below that nobody has looked at.
    unread: bool = False


def state_glyph(state: str) -> Run:
    """Shape first, colour third. A state that is not known (no service) is a hollow dot."""
    glyph, role = STATE_GLYPHS.get(state, ("○", "quiet"))
    return run(glyph, role)


def mode_badge(mode: str) -> Run:
    """I or C in the mode's colour."""
    return run(mode[:1] or " ", "integrated" if mode == "Integrated" else "classic", bold=True)


#: What is no site has one of three shapes; --ascii has one for each, too.
APPLICATION, DIRECTORY, FOLDER = run("◆", "quiet"), run("▪", "quiet"), run("▫", "quiet")
_SITES: Kept[Node] = Kept()


class Connections:
    """The tree as it is now. Nodes of what did not change stay the same objects: one of 1,000 sites is not made anew once a second."""

    def __init__(self, session: Session, feed: Feed) -> None:
        self._session, self._feed = session, feed
        self._made: tuple[object, object, Node] | None = None
        #: What was unfolded → the virtual directories and folders that were found there.
        self._folders: dict[Place, tuple[Node, ...]] = {}

    @property
    def now(self) -> Node:
        hierarchy, sites = self._session.workspace.hierarchy, self._session.snapshot.get("sites")
        if self._made is None or self._made[0] is not hierarchy or self._made[1] is not sites:
            if self._made is not None and self._made[0] is not hierarchy:
                self._folders = {place: below(hierarchy, place) for place in self._folders if departed(hierarchy, place) is None}
            self._made = (hierarchy, sites, self._filled(tree(self._session, self._feed, host_name())))
        return _with_rate(self._made[2], self._session, self._feed)

    def unfolded(self, place: Place) -> Node:
        """The tree with the folders that are below a site, an application, a virtual directory or a folder now."""
        if place.page in HOMES:
            self._folders[place] = below(self._session.workspace.hierarchy, place)
            self._made = None
        return self.now

    def _filled(self, node: Node) -> Node:
        if node.place.site and node.place.site not in {place.site for place in self._folders}:
            return node
        found = self._folders.get(node.place)
        below = (*node.children, *(found or ()))
        children = tuple(self._filled(child) for child in below)
        unread = node.unread and found is None
        same = unread == node.unread and len(children) == len(node.children) and all(map(operator.is_, children, node.children))
        return node if same else replace(node, children=children, unread=unread)


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
    applications = tuple(
        Node(Place("application", site.name, path), run(path.strip("/")), APPLICATION, badge, unread=True) for path, badge in found if path != "/"
    )
    badge = next((badge for path, badge in found if path == "/"), mode_badge(""))
    label = run(site.name, "quiet" if state == "Stopped" else "text")
    return Node(Place("site", site.name), label, state_glyph(state), badge, applications, True)


def below(hierarchy: Hierarchy, place: Place) -> tuple[Node, ...]:
    """Virtual directories and folders. What cannot be listed is told in a node that leads to Content View."""
    site, path = hierarchy.site(place.site), place.app or "/"
    more = Place("content", place.site, path)
    application = next((entry for entry in site.applications if entry.path == path), None) if site is not None else None
    mapped = sorted(application.url_of(entry) for entry in application.virtual_directories if entry.path != "/") if application is not None else ()
    directories = tuple(Node(Place("folder", place.site, url), run(url[len(path.rstrip("/")) + 1 :]), DIRECTORY, unread=True) for url in mapped)
    try:
        found, cut = folders(hierarchy, place.site, path)
    except (LookupError, OSError) as error:
        return (*directories, Node(more, run(getattr(error, "strerror", None) or str(error), "warning")))
    nodes = tuple(Node(Place("folder", place.site, url), run(url.rpartition("/")[2]), FOLDER, unread=True) for url in found)
    return (*directories, *nodes, *((Node(more, run("… and more", "quiet")),) if cut else ()))


def _with_rate(root: Node, session: Session, feed: Feed) -> Node:
    """The same tree with what changes from second to second: the rate, and the number of problems."""
    problems = len(session.workspace.known_problems)
    live = Node(Place("live"), run("Live Requests"), badge=run(f"{rate(feed.rate())}/s", "quiet") if feed.seen else None)
    wrong = Node(Place("problems"), run("Problems"), badge=run(problems, "warning", bold=True) if problems else None)
    return replace(root, children=(*root.children[:2], live, wrong))
