"""Two editors at once: what another program wrote meanwhile, what was to be written, and the proposals that settle it.

Knows proposals and texts, no screen. history.py moves changes beside one another; whoever met ChangedOnDisk asks here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from model.archive import shown_difference
from model.difference import difference
from model.document import Document, Splice, data_of
from model.encoding import decode
from model.history import Change, Entry, beside, recorded

if TYPE_CHECKING:
    from model.workspace import FileChange, Proposal, Workspace


@dataclass(frozen=True, slots=True)
class Conflict:
    """Theirs is on the disk already: to choose it is to write nothing."""

    #: The files that another program changed, as the proposal knows them.
    paths: tuple[Path, ...]
    #: What they did and what was meant, for reading; secrets are asterisks.
    theirs: str
    mine: str
    #: My files over theirs.
    over: Proposal
    #: Both, None where they touch the same place or a file came or went.
    merged: Proposal | None


def conflict(workspace: Workspace, mine: Proposal) -> Conflict | None:
    """Reads the files again; None where none of the proposal's is other than it was (any more, or yet: it may be half written)."""
    workspace.refresh()
    foreign = {change.path: workspace.document(change.path) for change in mine.changes}
    changed = [change for change in mine.changes if data_of(foreign[change.path]) != change.before]
    if not changed:
        return None
    over = workspace.propose_contents({change.path: change.after for change in mine.changes}, mine.label)
    merged = _merged(mine.changes, changed, foreign)
    return Conflict(
        tuple(change.path for change in changed),
        "\n".join(shown_difference(_text(change.before), _text(data_of(foreign[change.path])), str(change.path)) for change in changed),
        "\n".join(change.diff for change in mine.changes),
        over,
        None if merged is None else workspace.propose_contents(merged, mine.label),
    )


def _merged(mine: tuple[FileChange, ...], changed: list[FileChange], foreign: dict[Path, Document | None]) -> dict[Path, bytes | None] | None:
    theirs = Entry("", 0.0, True, tuple(_theirs(changed, foreign)))
    own = Entry("", 0.0, False, tuple(recorded(change.path, change.replacements, change.before, change.after) for change in mine))
    if any(change.is_whole for change in (*theirs.changes, *own.changes) if change.path in theirs.paths):
        return None
    moved = beside(own, theirs)
    if moved is None:
        return None
    contents = {change.path: change.after for change in mine}
    for change in moved[0].changes:
        there = foreign[change.path]
        if change.path in theirs.paths and there is not None:
            both = there.apply(Splice(r.start, r.start + len(r.before), r.after) for r in change.replacements)
            if there.is_sound and not both.is_sound:  # one attribute, written at two ends of its element
                return None
            contents[change.path] = both.to_bytes()
    return contents


def _theirs(changed: list[FileChange], foreign: dict[Path, Document | None]) -> Iterator[Change]:
    for change in changed:
        now = foreign[change.path]
        if change.before is None or now is None:
            yield Change(change.path, (), change.before, data_of(now))
        else:
            yield Change(change.path, difference(_text(change.before), now.text))


def _text(data: bytes | None) -> str:
    return decode(data).text if data is not None else ""
