"""Generate Script: what was changed here, or all that is set here, as appcmd lines and as a Python program.

Know no widget but the Desk; the texts are console/script.py's.
"""

from __future__ import annotations

from collections.abc import Sequence

from console import destination, script, ways
from console.pages import section_of
from console.property_page import Draft
from console.screens.desk import Desk
from model.edits import Edit, singles

#: Of each text, in the dialog; copied is the whole.
MOST_LINES = 12


async def generate_script(desk: Desk) -> None:
    section = _section(desk)
    pending, mine = _pending(desk), _mine(desk, section)
    edits, title = (pending, "What is not applied yet") if pending else (mine, "What I changed here") if mine else ([], "")
    if not edits:
        edits, title = _all(desk, section), f"All that is set here of {section}"
    while True:
        if not edits:
            desk.say(f"Nothing of {section} is set here: there is nothing to write down.")
            return
        other = "All that is set here"
        answers = ("Close", "Copy appcmd", "Copy Python", *((other,) if not title.startswith("All") else ()))
        answer = await desk.choose("Generate Script", _shown(desk, title, edits), answers)
        if answer == "Copy appcmd":
            desk.copy("\n".join(script.appcmd_lines(edits)))
        elif answer == "Copy Python":
            desk.copy("\n".join(script.python_lines(edits, desk.session.workspace.root, title)))
        if answer != other:
            return
        edits, title = _all(desk, section), f"All that is set here of {section}"


def _section(desk: Desk) -> str:
    way = ways.parse(desk.place.detail)
    if way is not None:
        return way.section
    return next((target.name for target in desk.targets if target.kind == "section"), "") or section_of(desk.place)


def _pending(desk: Desk) -> list[Edit]:
    """The draft of a property page."""
    draft: Draft | None = getattr(desk.page, "draft", None)
    if draft is None:
        return []
    path = ways.config_path(desk.view)
    return list(draft.edits(lambda section: destination.where_for(desk.session, section, path)))


def _mine(desk: Desk, section: str) -> list[Edit]:
    """My changes of the section that are in force, oldest first."""
    return [single for edit in desk.session.edits_in_force() for single in singles(edit) if single.where.section == section]


def _all(desk: Desk, section: str) -> list[Edit]:
    where = destination.where_at(desk.session, section, desk.place)
    return script.local_edits(section, where, ways.section(desk.view, section).root)


def _shown(desk: Desk, title: str, edits: Sequence[Edit]) -> str:
    appcmd = script.appcmd_lines(edits)
    python = script.python_lines(edits, desk.session.workspace.root, title)
    return "\n".join((title, "", "AppCmd", *_first(appcmd), "", "Python", *_first(python)))


def _first(lines: Sequence[str]) -> list[str]:
    more = len(lines) - MOST_LINES
    return [*lines[:MOST_LINES], *((f"… and {more} more lines",) if more > 0 else ())]
