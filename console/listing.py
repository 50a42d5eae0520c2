"""What a list page is, as data: columns, rows, groups, details. pages/ holds one such value a file.

Knows no widget and no process; rows are made from the session, the feed and the place alone. Drawn by screens/list_page.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.lines import Column, Line, Row
from console.places import Place, Target

if TYPE_CHECKING:
    from console.collection import Collection
    from console.feed import Feed
    from console.session import Session
    from console.ways import Way


@dataclass(frozen=True, slots=True)
class View:
    """All that a page's functions are given."""

    session: Session
    feed: Feed
    place: Place


def _no_detail(view: View, target: Target | None) -> Sequence[Line]:
    return ()


def _no_faults(given: Mapping[str, str]) -> Mapping[str, str]:
    return {}


def _opens_nothing(view: View, target: Target) -> Place | None:
    return None


@dataclass(frozen=True, slots=True)
class ListPage:
    """`rows` in their natural order; `sort` "" keeps it. `detail`: lines under the list for the selected row."""

    id: str
    title: str
    sentence: str
    columns: tuple[Column, ...]
    rows: Callable[[View], Sequence[Row]]
    #: (id, label) of the fields to group by; the first is where the page starts ("" is no grouping).
    groups: tuple[tuple[str, str], ...] = (("", "No Grouping"),)
    sort: str = ""
    detail: Callable[[View, Target | None], Sequence[Line]] = _no_detail
    opens: Callable[[View, Target], Place | None] = _opens_nothing
    #: The sentence of an empty list.
    empty: str = "Nothing here."
    #: The group's heading that comes first, second …; others follow in their order.
    group_order: tuple[str, ...] = ()
    #: Redrawn once a second from the feed (rates), beside every change of the session.
    live: bool = False
    #: The section that the page edits; "" where it edits none of its own.
    section: str = ""
    #: The lists that its rows come from: what add, edit, remove and move act on (screens/entry_deeds.py).
    collections: tuple[Collection, ...] = ()
    #: The same, where the place decides which they are.
    lists: Callable[[View], tuple[Collection, ...]] | None = None
    #: Attributes for Edit Feature Settings, as paths below the section ("requestLimits/maxUrl").
    settings: tuple[str, ...] = ()
    #: What is wrong between those settings, by their paths.
    settings_faults: Callable[[Mapping[str, str]], Mapping[str, str]] = _no_faults
    #: Whether it can be shown as icons, too: home pages.
    icons: bool = False
    #: The element whose settings the rows are (property grids).
    grid: Callable[[View], Way | None] | None = None
