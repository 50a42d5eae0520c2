"""What was captured of a request as lines below its waterfall: heads, and as much of the bodies as one can read. Secrets are masked. No Textual.

Knows no widget and no store. captured.py gives the texts, waterfall.py has what stands above.
"""

from __future__ import annotations

from console.captured import Message, request, response
from console.display import show
from console.lines import Line, Run, line, run
from console.places import Target
from console.units import size
from hwebcore.detail_ring import Detail

#: Lines of a body, and of one long header.
MOST_LINES = 40
MOST_OF_A_HEADER = 6
#: Of a body, so much is looked through for secrets: more does not fit into its lines.
MOST_BYTES = 16 << 10


def detail_lines(detail: Detail | None, why_not: str, width: int) -> list[Line]:
    """`why_not`: what is said where nothing was captured."""
    if detail is None:
        return [line(run("heads and bodies", "heading", bold=True), fill="─"), *_numbered("none", [(run(why_not, "quiet"),)])]
    asked, answered = request(detail), response(detail)
    return [*_message("request", asked, width), *_message("answer", answered, width)]


def _message(name: str, message: Message, width: int) -> list[Line]:
    room = max(20, width - 4)
    heading = line(run(name, "heading", bold=True), fill="─")
    if not message.first:
        return [heading, *_numbered(name, [(run("Nothing left: the client was gone.", "quiet"),)])]
    lines: list[tuple[Run, ...]] = [(run(piece, bold=True),) for piece in _pieces(message.shown_first, room)[:MOST_OF_A_HEADER]]
    for header, value in message.shown_headers:
        first, *more = _pieces(f"{header}: {value}", room)[:MOST_OF_A_HEADER]
        at = min(len(header) + 1, len(first))
        lines += [(run(first[:at], "quiet"), run(first[at:])), *((run(f"  {piece}"),) for piece in more)]
    return [heading, *_numbered(name, [*lines, *_body(message, room)])]


def _body(message: Message, room: int) -> list[tuple[Run, ...]]:
    if not message.length:
        return []
    kind = message.value("content-type").partition(";")[0] or "no declared type"
    coded = message.value("content-encoding")
    said = f"{size(message.length)} of {kind}{f', {coded}' if coded else ''}{', cut' if message.cut else ''}"
    text = message.shown_body(MOST_BYTES) if message.body else None
    if text is None:
        return [(run(f"body: {said}; not shown, since nobody could tell what in it is secret" if message.body else f"body: {said}", "quiet"),)]
    pieces = [piece for row in text.splitlines()[: MOST_LINES + 1] for piece in _pieces(row, room)]
    more = len(pieces) > MOST_LINES
    return [(run(f"body: {said}{', its beginning' if more else ''}", "quiet"),), *((run(piece),) for piece in pieces[:MOST_LINES])]


def _pieces(text: str, room: int) -> list[str]:
    """As it is shown, in pieces of the pane's width."""
    data = text[: room * (MOST_LINES + 1)].encode("utf-8", "surrogateescape")
    try:
        shown = show(data.decode()).plain
    except UnicodeDecodeError:  # HTTP's older habit
        shown = show(data.decode("latin-1")).plain
    return [shown[at : at + room] for at in range(0, len(shown), room)] or [""]


def _numbered(name: str, lines: list[tuple[Run, ...]]) -> list[Line]:
    """Each can hold the cursor, so that keys reach it."""
    return [Line((run("  "), *runs), key=Target("captured", f"{name}/{number}")) for number, runs in enumerate(lines)]
