"""A deed's save, and what follows where it does not happen: new errors, a file that another program changed, one that cannot be written.

Knows no widget but the Desk. Nothing is lost on the way: the proposal waits until it is saved or given up.
"""

from __future__ import annotations

import asyncio
from typing import Any

from console.screens.desk import Desk
from console.session import NewErrors, NotWritten
from model.conflict import Conflict
from model.workspace import ChangedOnDisk, Proposal, ReadOnly

NotSaved = (NewErrors, ChangedOnDisk, ReadOnly)
#: Lines of a diff in the question.
MOST_DIFF_LINES = 14
#: An editor that writes in place is waited for, so often and so long.
_LOOKS, _LOOK_S = 12, 0.1
_THEIRS, _MINE, _MERGE = "Theirs", "Mine", "Merge"


async def apply(desk: Desk, edit: Any, label: str | None = None, *, insist: bool = False) -> None:
    """Back here it is saved, whatever had to be asked first: what follows a save stands behind this call. Raises NotWritten where it was given up."""
    try:
        await desk.session.apply(edit, label, insist=insist)
    except NotSaved as error:
        await settle(desk, error)


async def save(desk: Desk, proposal: Proposal) -> None:
    """The same with what was shown before."""
    try:
        if proposal.errors:
            raise NewErrors(proposal)
        await desk.session.save(proposal)
    except NotSaved as error:
        await settle(desk, error)


async def settle(desk: Desk, error: NewErrors | ChangedOnDisk | ReadOnly) -> None:
    """Ask, and save what the answer says; a save that fails again is asked about again. Raises NotWritten."""
    try:
        while True:
            try:
                if isinstance(error, NewErrors):
                    await _insist(desk, error)
                elif isinstance(error, ChangedOnDisk):
                    await _choose(desk)
                else:
                    await _try_again(desk, error)
                return
            except NotSaved as another:
                error = another
    finally:
        desk.session.unsaved = None


async def _insist(desk: Desk, error: NewErrors) -> None:
    """New errors stop an edit; the user may save anyway."""
    listed = "\n".join(f"· {problem}" for problem in error.proposal.new_problems[:6])
    if not await desk.ask("This would bring new errors", f"{error.proposal.label}\n\n{listed}", "Save anyway"):
        raise NotWritten
    await desk.session.save(error.proposal)


async def _try_again(desk: Desk, error: ReadOnly) -> None:
    proposal = desk.session.unsaved
    helps = f"\n\nThis would help:\n{error.command}" if error.command else ""
    if proposal is None:  # an undo or a redo: the key does it again
        desk.say(f"{error}.{' ' + error.command + ' would help.' if error.command else ''}", "error")
        return
    text = f"{error}.\n\nThe file is as it was. “{proposal.label}” is kept until you give it up.{helps}"
    if not await desk.ask("Not saved", text, "Try again"):
        raise NotWritten
    await desk.session.save(proposal)


async def _choose(desk: Desk) -> None:
    proposal = desk.session.unsaved
    if proposal is None:
        desk.session.look_at_files()
        desk.say("Another program changed the file a moment ago. It has been read again: try once more.", "warning")
        return
    found = await _conflict(desk, proposal)
    if found is None:
        await desk.session.save(proposal)
        return
    answers = (_THEIRS, _MINE, *((_MERGE,) if found.merged is not None else ()))
    answer = await desk.choose("Another program changed the file", _question(found, proposal), answers)
    chosen = found.merged if answer == _MERGE else found.over if answer == _MINE else None
    if chosen is None:
        raise NotWritten("Theirs stays; nothing was written.")
    if answer == _MERGE and chosen.errors:
        raise NewErrors(chosen)
    await desk.session.save(chosen)


async def _conflict(desk: Desk, proposal: Proposal) -> Conflict | None:
    """What they wrote, once it rests; None where the file is again as it was."""
    for _ in range(_LOOKS):
        found = await desk.session.conflict(proposal)
        if found is not None:
            return found
        await asyncio.sleep(_LOOK_S)
    return None


def _question(found: Conflict, proposal: Proposal) -> str:
    names = ", ".join(path.name for path in found.paths)
    ways = (
        "Merge keeps both: they do not touch the same place." if found.merged is not None
        else "They touch the same place: both cannot be kept."
    )  # fmt: skip
    theirs, mine = _shortened(found.theirs), _shortened(found.mine)
    return f"{names} was changed while “{proposal.label}” was on its way. {ways}\n\nTheirs, on the disk:\n{theirs}\n\nMine, not saved:\n{mine}"


def _shortened(diff: str) -> str:
    """The lines that differ, without the heads: the question names the file."""
    lines = [line for line in diff.splitlines() if not line.startswith(("---", "+++"))]
    more = len(lines) - MOST_DIFF_LINES
    return "\n".join((*lines[:MOST_DIFF_LINES], f"… and {more} lines more") if more > 0 else lines)
