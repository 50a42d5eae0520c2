"""What stands in the status bar: the file that edits go to from here, or what is being judged; and how the service does.

Knows no widget. destination.py says where edits go; that is looked up once for a place and a state of the files, not with every key.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from console import destination, ways
from console.feed import Feed
from console.host import host_name
from console.lines import Line, Run, run
from console.places import Place, Target
from console.session import Session
from console.units import count, duration, rate
from model.edits import Commit, Where


class Status:
    def __init__(self, session: Session, feed: Feed) -> None:
        self.session, self.feed = session, feed
        #: The state of the files → (place, section) → where an edit goes. Of the state that is in force.
        self._found: tuple[object, dict[tuple[Place, str], tuple[Where, Path | None]]] = (None, {})
        self._chosen: dict[tuple[str, ...], Commit] = {}

    def line(self, place: Place, width: int, targets: Sequence[Target] = ()) -> Line:
        """`targets`: the selected row may be of a section of its own."""
        judging = self.session.judging
        if judging is not None and judging.in_words:
            return Line(
                (run("◐ ", "warning"), run(judging.in_words, "warning", bold=True)), (run("Esc", "link", link="give_up"), run(" gives it up"))
            )
        section = _section_of(targets[0]) if targets else ""
        return Line((run(self.written_file(place, section)),), tuple(self._service(width)))

    def written_file(self, place: Place, section: str = "") -> str:
        """Which file an edit made here goes to; `section` is the selected row's own."""
        hierarchy = self.session.workspace.hierarchy
        if self._found[0] is not hierarchy:
            self._found = (hierarchy, {})
        if self._chosen != self.session.commits:
            self._chosen, self._found = dict(self.session.commits), (hierarchy, {})
        where, file = self._found[1].get((place, section)) or self._looked_up(place, section)
        words = destination.in_words(where, file, host_name())
        if place.page != "source" or not place.detail or place.at_line[0] == str(file):
            return words
        shown = Path(place.at_line[0])
        return f"Shown, e edits it: {shown.parent.name}/{shown.name} · {words}"

    def _looked_up(self, place: Place, section: str) -> tuple[Where, Path | None]:
        from console.pages import section_of

        key = (place, section)
        way = ways.parse(place.detail)
        section = section or (way.section if way is not None else section_of(place))
        # A text is of no section, nor is a folder's home: where those go that are not locked.
        own = place.page in ("source", "folder")
        where = Where(destination.ANYWHERE, destination.path_of(place)) if own else destination.where_at(self.session, section, place)
        found = (where, destination.file_of(self.session, where))
        if found[1] is not None:  # a folder that is not there may come
            self._found[1][key] = found
        return found

    def _service(self, width: int) -> list[Run]:
        session, feed = self.session, self.feed
        if session.coming:
            return [run("◐ the service is starting", "quiet")]
        if session.client is None:
            return [run("✖ the service did not start", "bad") if session.unserved and not session.lost_service else run("○ no service", "warning")]
        if not session.running:
            return [run("○ not started", "warning")]
        gap = run("  ")
        pools: Sequence[Any] = session.snapshot.get("pools") or ()
        workers = sum(len(pool.get("workers") or ()) for pool in pools)
        figures = feed.figures_of("")
        runs = [
            run("● service", "good"),
            gap,
            run(_counted(len(pools), "pool"), "quiet"),
            gap,
            run(_counted(workers, "worker"), "quiet"),
            gap,
            run(f"{rate(feed.rate())} r/s", "quiet"),
        ]
        if figures is not None and width >= 100:
            runs += [gap, run(f"p99 {duration(figures.percentile(0.99))}", "quiet")]
        if feed.dropped:
            runs += [gap, run(f"{count(feed.dropped)} dropped", "warning")]
        return runs


def _section_of(target: Target) -> str:
    return target.name if target.kind == "section" else str(getattr(target.value, "section", ""))


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
