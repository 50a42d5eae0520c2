"""--ascii: every shape that is drawn (states, lanes, arrows, rules, blocks) as an ASCII character, one cell for one cell.

Knows no page. Letters of any alphabet stay as they are: only shapes are at stake in fonts and in CJK locales, where they may be two cells wide.
"""

from __future__ import annotations

import re

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

#: Shapes with a meaning of their own. States: + started, - stopped, ~ under way, ! warning, x failed.
_OWN = {
    "●": "+", "○": "-", "◐": "~", "▲": "!", "✖": "x", "✓": "v", "√": "*", "◆": "@", "█": "#", "▓": "%", "▪": "o", "▌": ">", "▾": "v", "▸": ">",
    "▴": "^", "◂": "<", "▼": "v", "…": ".", "·": ".", "→": ">", "←": "<", "↑": "^", "↓": "v", "↵": "/", "≠": "#", "≈": "~", "Δ": "D", "–": "-",
    "—": "-", "│": "|", "┆": ":", "╎": ":", "─": "-", "━": "-", "╌": "-", "µ": "u", "μ": "u", "⏎": "/", "×": "x", "›": ">", "•": "*",
    "“": '"', "”": '"', "‘": "'", "’": "'",
    "▣": "o", "▢": ".", "⟨": "<", "⟩": ">", "↔": "=", "▫": "=", "▁": "_", "▂": "_", "▃": ".", "▄": "-", "▅": "=", "▆": "+", "▇": "*",
}  # fmt: skip
#: Arrows, box drawing, blocks, shapes, dingbats, control pictures.
_SHAPES = re.compile("[›•⏎←-⇿─-◿☀-➿⟵-⟿⬀-⯿…·µμ≠≈Δ–—√×“”‘’␀-␦⟨⟩]")
_CORNERS = re.compile("[┌-╿]")
#: Pictures of control characters: of foreign text, as everywhere in a terminal.
_CONTROLS = re.compile("[␀-␦]")


class AsciiFilter(LineFilter):
    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        if all(segment.text.isascii() for segment in segments):
            return segments
        return [segment if segment.control is not None else Segment(in_ascii(segment.text), segment.style) for segment in segments]


def in_ascii(text: str) -> str:
    return text if text.isascii() else _SHAPES.sub(_shape, text)


def _shape(match: re.Match[str]) -> str:
    character = match.group()
    if character in _OWN:
        return _OWN[character]
    return "+" if _CORNERS.match(character) else "^" if _CONTROLS.match(character) else "#" if "▀" <= character <= "▟" else "?"
