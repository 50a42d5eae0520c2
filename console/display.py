"""The one way of foreign text to the screen: every control, bidirectional and zero-width character is made visible.

Knows no widget, no colour and no meaning of what it shows. `show` returns `Shown`, which is no str, so that a forgotten
escape is a type error. Look next at widgets/shown.py (Shown → Textual) and at the LineFilter there, the second line of defence.
"""

from __future__ import annotations

import functools
import unicodedata
from dataclasses import dataclass

#: Accents a letter may carry (decomposed text, Thai, Hindi); what is stacked higher is shown as its code.
MOST_MARKS = 2
#: Letters and symbols that draw nothing: Hangul fillers, the blank Braille cell, the object replacement character.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800\ufffc\u034f")
#: Letters of flags and tones of skin: some terminals draw them into the cells of the symbol beside them, others into cells of their own.
_DISPUTED = frozenset(map(chr, (*range(0x1F1E6, 0x1F200), *range(0x1F3FB, 0x1F400))))
#: Categories that are never drawn as they are: controls, format, surrogates, private use, unassigned, line and paragraph separators; and
#: enclosing marks, of which terminals do not agree how many cells they take with what they enclose.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Me", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Shown:
    """Text that is safe to draw. Only `show` makes it; `plain` is for the command line and for tests."""

    plain: str

    def __bool__(self) -> bool:
        return bool(self.plain)


def show(text: object, limit: int = 0) -> Shown:
    """`text` as visible characters on one line; `limit` > 0 cuts it to that many characters, the last being "…"."""
    shown = text.plain if isinstance(text, Shown) else _visible(str(text))
    if 0 < limit < len(shown):
        shown = shown[: limit - 1] + "…"
    return Shown(shown)


def _visible(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return _escaped(text)


def in_place(text: str) -> Shown:
    """One visible character for each of `text`, for fields that are edited: their cursor counts characters."""
    if text.isascii() and text.isprintable():
        return Shown(text)
    return Shown("".join(piece if len(piece) == 1 else "·" for piece in _pieces(text)))


@functools.lru_cache(maxsize=4096)
def _escaped(text: str) -> str:
    return "".join(_pieces(text))


def _pieces(text: str) -> list[str]:
    """What is shown for each character."""
    pieces: list[str] = []
    marks = 0
    base = False
    for character in text:
        category = unicodedata.category(character)
        if category == "Mn":
            marks += 1
            hidden = not base or marks > MOST_MARKS or _is_selector(character) or character in _BLANK
            pieces.append(_code(character) if hidden else character)
            continue
        marks = 0
        hidden = category in _HIDDEN or character in _BLANK or character in _DISPUTED or (category == "Zs" and character != " ")
        base = not hidden and category[0] in "LN"
        pieces.append(_code(character) if hidden else character)
    return pieces


def _is_selector(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef" or "\u180b" <= character <= "\u180d"


def _code(character: str) -> str:
    """C0 controls and DEL as Unicode's control pictures (one cell each), everything else as its code point in brackets."""
    point = ord(character)
    if point < 0x20:
        return chr(0x2400 + point)
    if point == 0x7F:
        return "\u2421"
    return f"⟨U+{point:04X}⟩"
