"""The logs of a running configuration: pools' output, sites' W3C logs, HTTPERR, the service's own with its events. Paths and what a line names.

Knows no widget and no socket; where logs are is the snapshot's word. pages/logs.py lists them, screens/text_page.py shows one.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from console.log_tail import former
from console.session import Session

#: Of a site's folder, the newest; of very many sites, only what is written now.
MOST_FILES, MANY_SITES = 20, 50


@dataclass(frozen=True, slots=True)
class LogFile:
    """`kind`: Pool output, W3C, HTTPERR, Service. `of`: the pool or site."""

    path: Path
    kind: str
    of: str
    size: int = 0
    changed: float = 0.0


def logs(session: Session) -> tuple[LogFile, ...]:
    """What is there to be read; a log that nobody has written yet has size 0."""
    return tuple(_with_facts(entry) for entry in _named(session))


def _named(session: Session) -> Iterator[LogFile]:
    for pool in session.snapshot.get("pools") or ():
        if pool.get("log"):
            yield from _output(Path(str(pool["log"])), "Pool output", str(pool.get("name")))
    sites = session.snapshot.get("sites") or ()
    for site in sites:
        if site.get("log"):
            path = Path(str(site["log"]))
            for file in _beside(path) if len(sites) <= MANY_SITES else [path]:
                yield LogFile(file, "W3C", str(site.get("name")))
    service = session.snapshot.get("service") or {}
    if service.get("log"):
        path = Path(str(service["log"]))
        yield from _output(path, "Service", "events and what the service did")
        yield from _output(path.with_name("front.log"), "Service", "the front")
        for file in _beside(path.parent / "HTTPERR" / "httperr1.log"):
            yield LogFile(file, "HTTPERR", "what met no site")


def _output(path: Path, kind: str, of: str) -> Iterator[LogFile]:
    """The log, and the one that was full before it."""
    yield LogFile(path, kind, of)
    if former(path).is_file():
        yield LogFile(former(path), kind, of)


def _beside(path: Path) -> list[Path]:
    """The log and those that were rolled beside it, newest first."""
    found: list[Path] = []
    with contextlib.suppress(OSError):
        found = [file for file in path.parent.glob("*.log") if file.is_file()]
        found.sort(key=lambda file: file.stat().st_mtime, reverse=True)
    return found[:MOST_FILES] or [path]


def _with_facts(entry: LogFile) -> LogFile:
    try:
        status = entry.path.stat()
    except OSError:
        return entry
    return LogFile(entry.path, entry.kind, entry.of, status.st_size, status.st_mtime)


def path_in(line: str, texts: Sequence[str]) -> str:
    """The URL path that a W3C or HTTPERR line is about, by the `#Fields:` line above it; "" where it names none."""
    fields = next((text.split()[1:] for text in reversed(texts) if text.startswith("#Fields:")), [])
    values = line.split()
    for name in ("cs-uri-stem", "cs-uri"):
        if name in fields and len(values) == len(fields) and not line.startswith("#"):
            return values[fields.index(name)].partition("?")[0]
    return ""
