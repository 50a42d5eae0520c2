"""What stands in the Alerts box: sentences with a way out, made from the session alone. No Textual.

Knows no widget; an alert's ways out are ids of the action table or places.
"""

from __future__ import annotations

import textwrap
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from console.addresses import addresses, endpoint_text
from console.before_start import unmapped
from console.lines import Line, line, run
from console.places import Place
from console.session import Session
from console.unserved import Reason
from model.obstacle import obstacle
from model.source import INVALID_DATA, Problem

#: How long a worker's death stands in the box, and how many of its requests are named.
DEATH_TOLD_S, MOST_REQUESTS = 600.0, 3
#: So many pools and sites are named.
MOST_OF_A_KIND = 3
#: Lines of one alert in the box.
MOST_LINES = 12


@dataclass(frozen=True, slots=True)
class Alert:
    """`ways`: (label, action id or Place)."""

    glyph: str
    role: str
    text: str
    ways: tuple[tuple[str, str | Place], ...] = ()


def alerts(session: Session, now: float | None = None) -> tuple[Alert, ...]:
    """`now`: seconds since the epoch; a death is told for some minutes."""
    found: list[Alert] = []
    found += _service_alerts(session)
    found += _generation_alerts(session) or _unreadable(session)
    found += _read_only(session)
    found += _some(_deaths(session, time.time() if now is None else now), "pools", "Show pools")
    found += _stopped_server(session) or _some(_stopped_pools(session), "pools", "Show pools")
    found += _some(_sites(session), "sites", "Show sites")
    found += _refused_settings(session)
    return tuple(found)


def _some(found: list[Alert], noun: str, label: str) -> list[Alert]:
    """A few in full; the rest would push everything else out of sight."""
    if len(found) <= MOST_OF_A_KIND + 1:
        return found
    more = Alert("✖", "bad", f"And {len(found) - MOST_OF_A_KIND} more {noun}.", ((label, Place(noun)),))
    return [*found[:MOST_OF_A_KIND], more]


def _stopped_server(session: Session) -> list[Alert]:
    """One sentence instead of one for each pool."""
    if not session.stopped:
        return []
    return [Alert("▲", "warning", "The server is stopped; what is added stays stopped with it.", (("Start", "start_service"),))]


def _stopped_pools(session: Session) -> list[Alert]:
    """Those that nobody wanted to be stopped."""
    pools = [
        pool
        for pool in session.snapshot.get("pools") or ()
        if pool.get("state") == "Failed" or (pool.get("state") == "Stopped" and pool.get("reason"))
    ]
    if not pools or not session.running:
        return []
    kept = {pool.name for pool in session.workspace.hierarchy.pools() if not pool.auto_start}
    return [
        Alert(
            "✖", "bad", f"{pool['name']}: {pool.get('reason') or 'stopped after failures'}", (("View log", Place("log", detail=str(pool["name"]))),)
        )
        for pool in pools
        if pool.get("last_failure") or pool["name"] not in kept
    ]


def _sites(session: Session) -> list[Alert]:
    return [_site(str(site["name"]), str(site["problem"])) for site in session.snapshot.get("sites") or () if site.get("problem")]


def _site(name: str, problem: str) -> Alert:
    """With what may settle it; a command for a shell is none here."""
    told = problem.partition(": poolhouse certificate ")[0]
    way = ("Map ports…", "map_ports") if told == problem else ("Create a certificate…", "create_certificate")
    return Alert("✖", "bad", f"{name}: {told}", (way, ("Show site", Place("site", name))))


def _deaths(session: Session, now: float) -> list[Alert]:
    """Workers that died while their pool goes on, with the requests that were in them."""
    found = []
    for pool in session.snapshot.get("pools") or ():
        last = pool.get("last_failure")
        if not isinstance(last, Mapping) or pool.get("state") in ("Stopped", "Failed") or now - float(last.get("at") or 0) > DEATH_TOLD_S:
            continue
        requests = [str(request) for request in last.get("requests") or ()]
        lost = f" {'It took with it' if requests else 'No request was in it.'}"
        more = len(requests[MOST_REQUESTS:]) + int(last.get("more_requests") or 0)
        shown = ", ".join(requests[:MOST_REQUESTS]) + (f" and {more} more" if more else "")
        text = f"{pool['name']}: worker {last.get('pid')} {last.get('text') or last.get('kind')}.{lost}" + (f" {shown}." if requests else "")
        found.append(Alert("▲", "warning", text, (("View log", Place("log", detail=str(pool["name"]))),)))
    return found


def _refused_settings(session: Session) -> list[Alert]:
    """Of pools whose applications were written for Classic: what Integrated mode answers, or would."""
    refused = session.findings.refused
    found = []
    for pool in session.workspace.hierarchy.pools() if refused else ():
        applications = refused.get(pool.name.lower(), ())
        if not applications:
            continue
        count = f"{len(applications)} application{'' if len(applications) == 1 else 's'}"
        one = len(applications) == 1
        ways = (("Show findings", Place("migration", detail=pool.name)),)
        if pool.managed_pipeline_mode == "Classic":
            text = f"{pool.name}: {count} {'has' if one else 'have'} settings that Integrated mode refuses."
            found.append(Alert("▲", "warning", text, ways))
        else:
            found.append(Alert("✖", "bad", f"{pool.name} is Integrated: {count} {'answers' if one else 'answer'} 500 to every request.", ways))
    found.sort(key=lambda alert: alert.role != "bad")
    if len(found) > MOST_OF_A_KIND + 1:
        more = Alert("▲", "warning", f"And {len(found) - MOST_OF_A_KIND} more pools.", (("Show findings", Place("migration")),))
        return [*found[:MOST_OF_A_KIND], more]
    return found


def _service_alerts(session: Session) -> list[Alert]:
    if session.coming:  # the first time the status bar says it: a box that comes and goes would move what is below it
        return [Alert("◐", "warning", "The service is being reached: in a moment.")] if session.lost_service else []
    if session.client is None:
        if session.unserved is not None:
            return [_unserved(session, session.unserved)]
        if session.lost_service:
            text = "The service has gone: nothing is served now. The files can still be edited."
            return [Alert("✖", "bad", text, (("Start it again", "start_service"),))]
        return [Alert("▲", "warning", "No service runs; this edits the files only.")]
    if session.snapshot and not session.running:
        hierarchy = session.workspace.hierarchy
        endpoints = sorted(
            {endpoint_text(route, session.ports) for site in hierarchy.sites() for route in addresses(site) if route.protocol in ("http", "https")}
        )
        count = len(hierarchy.sites())
        listens = ", ".join(endpoints[:4]) + (f" and {len(endpoints) - 4} more" if len(endpoints) > 4 else "")
        sites = f"{count} {'site' if count == 1 else 'sites'}"
        text = f"Opening is not running: {sites} would listen on {listens or 'nothing'} and run the code in their folders."
        missing = unmapped(hierarchy)
        if missing:
            text += f" Not mapped: {', '.join(missing)}."
        ways: list[tuple[str, str | Place]] = [("Start", "start_service"), ("Map drives…", "map_drives"), ("Map ports…", "map_ports")]
        return [Alert("▲", "warning", text, tuple(way for way in ways if missing or way[1] != "map_drives"))]
    return []


def _unserved(session: Session, reason: Reason) -> Alert:
    """What it said, the line that it named, and the way to try again. Files of this configuration are named from its folder."""
    said = reason.text.replace(f"{session.workspace.root.parent}/", "")
    heading = "The service has gone" if session.lost_service else "The service did not start" if reason.log else "No service"
    ways: list[tuple[str, str | Place]] = [("Start it again", "start_service")]
    if reason.at is not None:
        name, number = reason.at
        shown = name.rsplit("/", 1)[-1]
        ways.append((f"{shown}:{number}" if number else shown, Place("source", detail=f"{name}:{number or 1}")))
    if reason.log is not None:
        ways.append(("Show its log", Place("log", detail=str(reason.log))))
    return Alert("✖", "bad", f"{heading}: {said}", tuple(ways))


def _read_only(session: Session) -> list[Alert]:
    """Beforehand, and not only when something is to be saved."""
    root = session.workspace.root
    shut = obstacle(root)
    found = []
    if shut is not None:
        helps = f" {shut.command} would help." if shut.command else ""
        found.append(Alert("▲", "warning", f"{root.name} is read-only: {shut.reason}.{helps}"))
    if session.workspace.history_fault:
        found.append(Alert("▲", "warning", session.workspace.history_fault))
    return found


def _unreadable(session: Session) -> list[Alert]:
    """Where no service has refused it: what is shown of such a file is next to nothing."""
    problem = session.workspace.unreadable
    if problem is None:
        return []
    name, source = session.workspace.root.name, problem.source
    ways = ((f"{name}:{source.line}", Place("source", detail=f"{source.file}:{source.line}")),) if source is not None and source.line else ()
    return [Alert("✖", "bad", in_words(name, problem), (*ways, *_way_back(session)))]


def in_words(name: str, unreadable: Problem) -> str:
    """What stands in place of all that a file would say."""
    if unreadable.source is None or not unreadable.source.line:  # it is gone
        return unreadable.message
    return f"{name} cannot be read: {unreadable.message}" if unreadable.code == INVALID_DATA else f"{name}: {unreadable.message}"


def _generation_alerts(session: Session) -> list[Alert]:
    generation = session.snapshot.get("generation") or {}
    refused = generation.get("refused")
    if not isinstance(refused, Mapping):
        return []
    problem: Mapping[str, Any] = next(iter(refused.get("problems") or ()), {})
    source = problem.get("source") or {}
    number = generation.get("number") or 0
    serves = f"generation {number} still serves" if number else "nothing serves"
    text = f"Refused; {serves}: {problem.get('message') or ''}".rstrip()
    ways: list[tuple[str, str | Place]] = [("Undo", "undo")] if session.workspace.can_undo else []
    if source.get("file") and source.get("line"):
        where = f"{source['file'].rsplit('/', 1)[-1]}:{source['line']}:{source.get('column')}"
        ways.append((where, Place("source", detail=f"{source['file']}:{source['line']}")))
    return [Alert("✖", "bad", text, (*ways, *_way_back(session)))]


def _way_back(session: Session) -> tuple[tuple[str, str | Place], ...]:
    """Of a file of which nothing is known any more: as it was before is in the history."""
    return (("Restore…", Place("history")),) if session.workspace.unreadable is not None and session.workspace.archive is not None else ()


def lines(found: Sequence[Alert], width: int) -> list[Line]:
    """The box, wrapped to `width` cells."""
    if not found:
        return []
    drawn = [line(run("Alerts", "heading", bold=True))]
    for alert in found:
        for index, piece in enumerate(_wrapped(alert.text, max(10, width - 4))):
            drawn.append(line(run(f"{alert.glyph} " if index == 0 else "  ", alert.role), run(piece, alert.role)))
        drawn += [line(run(f"  {label}" if len(label) < width - 4 else label, "link", link=way), key=way) for label, way in alert.ways]
    drawn.append(line())
    return drawn


def _wrapped(text: str, width: int) -> list[str]:
    """Each line of its own; what is cut ends so."""
    pieces = [piece for row in text.splitlines() for piece in textwrap.wrap(row, width)]
    return pieces if len(pieces) <= MOST_LINES else [*pieces[: MOST_LINES - 1], f"{pieces[MOST_LINES - 1][: width - 2]} …"]
