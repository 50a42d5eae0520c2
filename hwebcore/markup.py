"""Foreign text inside an HTML page that the server writes: escaped, and every invisible character made visible.

Knows no page. Used by the pages of modules and handlers (reliability.md C 15, 16); the console's own is console/display.py.
Look next at modules/custom_error.py and handlers/directory_listing.py.
"""

from __future__ import annotations

import unicodedata

#: Categories of characters that show nothing or change how others are shown: controls, formats (bidi, zero width), surrogates, separators.
_INVISIBLE = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))


def escape(value: object, most: int = 4096) -> str:
    """Text for element content or a quoted attribute. Longer than `most` characters is cut, and says so by "…"."""
    text = str(value)
    cut = len(text) > most
    text = text[:most]
    if not text.isprintable():
        text = "".join(visible(letter) for letter in text)
    return escape_markup(text) + ("…" if cut else "")


def escape_markup(text: str) -> str:
    """As html.escape does it, which would load a table of every entity's name."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;").replace("'", "&#x27;")


def visible(letter: str) -> str:
    """A character as it is, or as its code where it would not be seen: \\x1b, \\u202e."""
    if letter.isprintable() or unicodedata.category(letter) not in _INVISIBLE:
        return letter
    code = ord(letter)
    if 0xDC80 <= code <= 0xDCFF:  # an undecodable byte of a file name
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
