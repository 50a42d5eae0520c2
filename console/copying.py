"""What can be copied of what has the focus: selection, row, cells, addresses, curl, trace, XML, appcmd line. Values, no Textual.

Knows no widget: it is given the texts that are drawn. screens/copy_deeds.py offers them and puts the chosen one into clipboard and file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console.element_text import appcmd_line, element_at
from console.feed import Entry, Feed
from console.places import Target
from console.session import Session
from hwebcore.detail_ring import Detail
from hwebcore.plan import url_of
from model.sections.sites import binding_route
from model.source import Source


@dataclass(frozen=True, slots=True)
class Copy:
    """`label`: what it is; `text`: all of it."""

    label: str
    text: str


def copies(session: Session, feed: Feed, targets: Sequence[Target], drawn: Drawn, request: Entry | None) -> list[Copy]:
    """The most wanted first; nothing twice."""
    found = [*_of_pane(drawn), *_of_request(session, feed, request), *_of_targets(session, targets), *_cells(drawn)]
    kept: dict[str, Copy] = {}
    for copy in found:
        if copy.text.strip():
            kept.setdefault(copy.text, copy)
    return list(kept.values())


@dataclass(frozen=True, slots=True)
class Drawn:
    """What the focused pane shows: the mouse's selection, the row under the cursor, its cells by their columns' titles."""

    selection: str = ""
    row: str = ""
    cells: tuple[tuple[str, str], ...] = ()


def _of_pane(drawn: Drawn) -> Iterator[Copy]:
    yield Copy("Selection", drawn.selection)
    yield Copy("Row", drawn.row)


def _cells(drawn: Drawn) -> Iterator[Copy]:
    for title, text in drawn.cells:
        yield Copy(f"Cell: {title}", text)


def _of_request(session: Session, feed: Feed, request: Entry | None) -> Iterator[Copy]:
    if request is None:
        return
    base = next(iter(urls_of(session, request.site)), "").rstrip("/")
    yield Copy("URL", base + request.url)
    detail = session.captures.of(*request.key)
    if detail is not None:
        yield Copy("curl command", _curl(detail, request))
    yield Copy("Trace as JSON", json.dumps(trace_json(session, feed, request), indent=2))


def _curl(detail: Detail, request: Entry) -> str:
    """ "" where it would be another request."""
    from console import captured, curl, resending  # the console's first paint does not wait for what only requests need

    return "" if resending.refusal(detail) else curl.command(captured.request(detail), resending.target(detail, request.site, request.pool).url)


def trace_json(session: Session, feed: Feed, request: Entry) -> dict[str, Any]:
    """The trace, with what was captured of it beside; secrets are masked."""
    from console import captured  # as above

    detail = session.captures.of(*request.key)
    return feed.trace(request).to_json() | ({} if detail is None else {"captured": captured.to_json(detail)})


def _of_targets(session: Session, targets: Sequence[Target]) -> Iterator[Copy]:
    for target in targets[:1]:
        if target.kind in ("site", "application", "content"):
            site, _, path = target.name.partition("/")
            for url in urls_of(session, site):
                yield Copy("URL", url.rstrip("/") + "/" + path)
    elements = [element for target in targets if (element := _element(session, target)) is not None]
    yield Copy("XML", "\n".join(text for text, _ in elements))
    yield Copy("appcmd line", "\n".join(line for _, line in elements if line))


def _element(session: Session, target: Target) -> tuple[str, str] | None:
    source = getattr(target.value, "source", target.value)
    if isinstance(source, tuple) and len(source) == 4 and source[1]:
        source = Source(*source)
    if not isinstance(source, Source) or not source.line:
        return None
    document = session.workspace.document(Path(source.file))
    element = element_at(document.text, source) if document is not None else None
    return None if element is None else (element.xml, appcmd_line(element, source.config_path))


def urls_of(session: Session, site_name: str) -> list[str]:
    """The addresses that really answer where a service runs, else the bindings as they are written."""
    urls = [str(url) for url in session.site_state(site_name).get("urls") or ()]
    if urls:
        return urls
    site = next((site for site in session.workspace.hierarchy.sites() if site.name == site_name), None)
    routes = [binding_route(binding, session.ports) for binding in site.bindings] if site is not None else []
    return [url for route in routes if route is not None and (url := url_of(route))]
