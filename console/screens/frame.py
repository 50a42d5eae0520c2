"""What stands in the frame's bars: title and address, keys, the Actions pane's headings, and why an action is greyed.

Pure functions of session, feed and place; no widget. screens/main.py shows what they return.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from console import connections
from console.actions import ENTRIES, GRIDS, TRACES, Action, key_bar, of_page
from console.addresses import told_addresses
from console.alerts import Alert
from console.browsing import BROWSE, browse_actions, why_not
from console.departed import settled
from console.feed import Entry
from console.lines import Line, Run, run
from console.places import SERVER, History, Place, Target
from console.preferences import Preferences
from console.session import Changed, Session
from console.tips import TIPS
from console.units import duration
from model.hierarchy import Hierarchy

#: Below 140 columns these take the whole width.
WHOLE_PAGES = frozenset({"live", "compare"})
#: Places that are nodes of the tree.
IN_TREE = frozenset({"server", "pools", "sites", "site", "application", "folder", "live", "problems"})
#: What another page opened for a while: Esc goes back to that.
LEFT_BY_ESC = frozenset({"compare", "source", "log", "difference", *GRIDS}) - {"section"}
#: Keys that a focused text field keeps for itself.
LIST_KEYS_ONLY = frozenset({"up", "remove", "mark"})
#: Parts of the service's state that some page or bar shows.
DRAWN = frozenset({"service", "generation", "pools", "sites", "requests"})
TITLES = {
    "server": "", "pools": "Application Pools", "sites": "Sites", "live": "Live Requests", "problems": "Problems", "compare": "Compare",
    "content": "Content View",
    "modules": "Modules", "handlers": "Handler Mappings", "log": "Log", "source": "Configuration Source",
}  # fmt: skip


def is_drawn(change: Changed) -> bool:
    """What the service counts and nobody shows is no reason to look at every row."""
    return bool(change.paths or not change.parts or change.parts & DRAWN)


def address(place: Place) -> list[tuple[str, Place]]:
    """The breadcrumb: (label, where it leads)."""
    crumbs: list[tuple[str, Place]] = [(connections.host_name(), SERVER)]
    if place.site:
        crumbs += [("Sites", Place("sites")), (place.site, Place("site", place.site))]
        names = [name for name in place.app.split("/") if name]
        crumbs += [(name, Place("folder", place.site, "/" + "/".join(names[: number + 1]))) for number, name in enumerate(names)]
    title = TITLES.get(place.page, "") or declared_title(place)
    if title:
        crumbs.append((f"{title}: {place.detail.rsplit('/', 1)[-1]}" if place.page in ("log", "source") and place.detail else title, place))
    return crumbs


def up_the_tree(hierarchy: Hierarchy, place: Place) -> Iterator[Place]:
    """The node of a place, and those above it: the first that is in the tree is shown as where one is."""
    at: Place | None = place if place.page in IN_TREE else (place.above or SERVER)
    while at is not None:
        yield settled(hierarchy, at)
        at = at.above


def declared_title(place: Place) -> str:
    """What a page that needs no word of its own here calls itself."""
    from console import ways
    from console.pages import PAGES, page

    if place.page in ("site", "application", "folder") or place.page not in PAGES:
        return ""
    title = page(place.page).title.partition(":")[0]
    if place.page in ("section", "entries"):
        return ways.in_words(place.detail)
    return f"{title}: {place.detail}" if place.page in ("pool_settings", "requests") else title


def title_line(history: History, session: Session, width: int, unseen: Sequence[Alert] = ()) -> Line:
    """`unseen`: alerts that have no pane to stand in."""
    left: list[Run] = [run("Poolhouse", "title-text", bold=True), run("   ")]
    left.append(run("◂", "title-text" if history.can_back else "title-quiet", link="back"))
    left.append(run("  "))
    left.append(run("▸", "title-text" if history.can_forward else "title-quiet", link="forward"))
    left.append(run("    " if width >= 100 else "  "))
    crumbs = address(history.here)
    for index, (label, place) in enumerate(crumbs):
        last = index == len(crumbs) - 1
        left += [run(label, "title-text", bold=last, link=place), run(" ▸ ", "title-quiet", link=("below", place))]
    return Line(tuple(left), (*_unseen(unseen, width), _generation(session), run("  ")))


def _unseen(alerts: Sequence[Alert], width: int) -> list[Run]:
    if not alerts:
        return []
    worst = next((alert for alert in alerts if alert.role == "bad"), alerts[0])
    word = f" alert{'' if len(alerts) == 1 else 's'}, a" if width >= 100 else ""
    return [run(f"{worst.glyph} {len(alerts)}{word}", f"title-{worst.role}", link="actions_menu"), run("   ")]


def _generation(session: Session) -> Run:
    generation = session.snapshot.get("generation") or {}
    state = session.save_state
    number = generation.get("number") or 0
    if state == "refused":
        serves = f"gen {number} still serves" if number else "nothing serves"
        return run(f"✖ refused, {serves}", "title-bad", bold=True, link=Place("problems"))
    if state == "saved" or generation.get("state") == "applying":
        return run(f"gen {number} … saved", "title-warning")
    if state == "applied":
        return run(f"gen {number} ✓ {duration(float(generation.get('compiled_ms') or 0) * 1000)}", "title-good")
    if session.coming:
        return run("starting…", "title-quiet")
    return run("files only" if session.client is None else "not started", "title-warning")


def key_line(page: str, blocked: Callable[[Action], str], width: int) -> Line:
    runs: list[Run] = []
    for action in _that_fit(key_bar(page), width):
        grey = bool(blocked(action))
        runs.append(run(action.key_shown, "title-quiet" if grey else "title-key", bold=True, link=action.id))
        runs += [run(f" {_bar_label(action)}", "title-quiet" if grey else "title-text", link=action.id), run("   ")]
    return Line(tuple(runs[:-1]))


def _that_fit(actions: Sequence[Action], width: int) -> list[Action]:
    """Whole entries only; the last two (palette, keys) always stay, because they lead to all others."""
    kept = list(actions)
    while len(kept) > 2 and sum(len(action.key_shown) + len(_bar_label(action)) + 4 for action in kept) - 2 > width:
        kept.pop(-3)
    return kept


def _bar_label(action: Action) -> str:
    return action.short or action.label.rstrip("…")


def tip_line(kept: Preferences, page: str) -> Line | None:
    """One sentence, the first time that a page is opened where what was told is kept."""
    text = TIPS.get(page, "")
    if not text or kept.folder is None or not kept.told(page):
        return None
    return Line((run("Tip  ", "heading", bold=True), run(text)), (run("told once", "quiet"),))


def targets(session: Session, place: Place, found: tuple[Target, ...]) -> tuple[Target, ...]:
    """What the page has selected, and what a home page is about: a feature's row is opened, all other verbs mean the site, the application, the
    folder. The root application's row on a site's home stands for the site too."""
    if place.page == "folder":
        return (Target("content", f"{place.site}{place.app}"), *_directory(session, place), *found)
    if place.page == "application":
        return (Target("application", f"{place.site}{place.app}"), *found)
    if place.page == "site" and not any(target.kind == "application" and target.name != f"{place.site}/" for target in found):
        return (Target("site", place.site), *found)
    return found


def _directory(session: Session, place: Place) -> tuple[Target, ...]:
    """The virtual directory whose home the page of a folder is."""
    from console.pages.virtual_directories import Directory, name_of

    application, directory, _ = session.workspace.hierarchy.map_url(place.site, place.app)
    if application is None or directory is None or directory.path == "/" or application.url_of(directory).casefold() != place.app.casefold():
        return ()
    return (Target("virtual_directory", name_of(place.site, application, directory), Directory(place.site, application, directory)),)


_NOUNS = {
    "pool": "Application Pool",
    "site": "Website",
    "application": "Application",
    "module": "Module",
    "handler": "Handler",
    "entry": "Entry",
    "setting": "Setting",
    "virtual_directory": "Virtual Directory",
    "worker": "Worker Process",
    "binding": "Binding",
    "certificate": "Certificate",
    "change": "Change",
    "finding": "Finding",
    "copy": "Copy",
    "delegation": "Feature",
    "list": "List",
    "content": "Folder",
}

#: What rows stand for, page by page: of what an action could take, this can be selected there.
_KINDS_OF: dict[str, tuple[str, ...]] = {
    "pools": ("pool",), "sites": ("site",), "site": ("site", "application"), "modules": ("module",), "handlers": ("entry",),
    "bindings": ("binding",), "applications": ("application",), "virtual_directories": ("virtual_directory",),
    "worker_processes": ("worker",), "authentication": ("authentication",), "server_certificates": ("certificate",),
    "history": ("change", "copy"), "delegation": ("delegation",), "migration": ("finding",), "live": ("request",),
    **dict.fromkeys((*ENTRIES, *TRACES), ("entry",)), **dict.fromkeys(GRIDS, ("setting", "list")),
}  # fmt: skip


def group_heading(group: str, page: str, targets: Sequence[Target]) -> str:
    """ "Tasks" of a pool is "Application Pool Tasks", of a site "Manage Website"."""
    kinds = [target.kind for target in targets]
    kind = kinds[0] if kinds else {"pools": "pool", "sites": "site", "site": "site"}.get(page, "")
    noun = _NOUNS.get("virtual_directory" if kind == "content" and "virtual_directory" in kinds else kind, "")
    if group == "Tasks":
        return "Manage Website" if kind == "site" else f"{noun} Tasks".strip()
    if group == "Edit" and noun:
        return f"Edit {noun}"
    return "Browse Website" if group == "Browse" else group


def _one_of(nouns: Sequence[str]) -> str:
    """ "an entry", "a setting or a list"."""
    told = [f"{'an' if noun[0] in 'aeio' else 'a'} {noun}" for noun in nouns]
    return " or ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)


def actions_of(session: Session, place: Place, targets: Sequence[Target]) -> tuple[Action, ...]:
    """The table's for this page, and those that its site's addresses make."""
    return (*of_page(place.page), *browse_actions(session, place, targets))


def why_blocked(action: Action, session: Session, place: Place, targets: Sequence[Target], request: Entry | None) -> str:
    """Why an action does not apply now; "" where it does."""
    if action.id.startswith(BROWSE):
        return why_not(session, place, targets)
    if action.kinds:
        kinds = {target.kind for target in targets} | ({"request"} if request is not None else set())
        if not kinds & set(action.kinds):
            there = [kind for kind in action.kinds if kind in _KINDS_OF.get(place.page, action.kinds)] or action.kinds
            return f"Select {_one_of([_NOUNS.get(kind, kind).lower() for kind in there])} first."
    check, of_request = _CHECKS.get(action.id), _REQUEST_CHECKS.get(action.id)
    reason = check(session, targets) if check else ""
    return reason or (of_request(session, request) if of_request and request is not None else "")


def _needs_state(wanted: str) -> Callable[[Session, Sequence[Target]], str]:
    def check(session: Session, targets: Sequence[Target]) -> str:
        if not session.running:
            return _not_running(session)
        states = [_state(session, target) for target in targets]
        if wanted == "stopped":
            return "" if any(state in ("Stopped", "Failed", "Stopping") for state in states) else "It is started already."
        return "" if any(state not in ("Stopped", "") for state in states) else "It is stopped."

    return check


def _state(session: Session, target: Target) -> str:
    part = session.site_state(target.name) if target.kind == "site" else session.pool_state(target.name)
    return str(part.get("state") or "")


def _needs_running(session: Session, targets: Sequence[Target]) -> str:
    return "" if session.running else _not_running(session)


def _not_running(session: Session) -> str:
    """With what to do next."""
    if session.coming:
        return "The service is starting: in a moment."
    if session.client is None:
        if session.unserved is not None and not session.lost_service:
            return "The service did not start: the Alerts (a) say why and start it again."
        return "The service has gone: the Alerts (a) start it again." if session.lost_service else "No service runs: only the files are edited."
    return "Opened, not running: Start stands in the Alerts (a)."


def _states(session: Session) -> set[str]:
    """Of all sites and pools."""
    return {str(part.get("state") or "") for noun in ("sites", "pools") for part in session.snapshot.get(noun) or ()}


def _cannot_start(session: Session) -> str:
    if session.running:
        return "" if _states(session) & {"Stopped", "Failed"} else "It runs already."
    if session.coming:
        return _not_running(session)
    return "" if session.client or session.lost_service or session.unserved else "No service is attached to this console."


def _was_captured(session: Session, request: Entry) -> str:
    """DESIGN.md 8: what would not be the same request is not sent, nor written down, as if it were."""
    detail = session.captures.of(*request.key)
    if detail is None:
        return session.captures.why_not
    from console import resending  # the first paint does not wait for what only requests need

    return resending.refusal(detail)


def _can_run_again(session: Session, request: Entry) -> str:
    return _was_captured(session, request) or (
        "" if any(told_addresses(session.site_state(request.site))) else f"The site {request.site} has no address that answers now."
    )


_REQUEST_CHECKS: dict[str, Callable[[Session, Entry], str]] = {
    "compare": _can_run_again, "replay": _can_run_again, "copy_curl": _was_captured,
}  # fmt: skip
_CHECKS: dict[str, Callable[[Session, Sequence[Target]], str]] = {
    "start": _needs_state("stopped"),
    "stop": _needs_state("started"),
    "restart": _needs_state("started"),
    "recycle": _needs_running,
    "compare": _needs_running,
    "replay": _needs_running,
    "tour": _needs_running,
    "undo": lambda session, targets: "" if session.workspace.can_undo else "There is nothing to undo.",
    "redo": lambda session, targets: "" if session.workspace.can_redo else "There is nothing to redo.",
    "start_service": lambda session, targets: _cannot_start(session),
    "stop_server": lambda session, targets: _needs_running(session, targets) or ("" if _states(session) - {"Stopped"} else "It is stopped."),
    "restart_server": lambda session, targets: _needs_running(session, targets) or ("" if _states(session) - {"Stopped"} else "It is stopped."),
}
