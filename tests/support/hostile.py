"""The hostile strings of hostile.txt, as text, as what XML can hold, and as URLs; and what a terminal was made to obey.

Knows no screen and no page.
"""

from __future__ import annotations

import re
import unicodedata
import urllib.parse
from pathlib import Path
from xml.sax.saxutils import quoteattr


def _read() -> dict[str, str]:
    lines = (Path(__file__).parent / "hostile.txt").read_text("ascii").splitlines()
    pairs = (line.split("\t", 1) for line in lines if line and not line.startswith("#"))
    return {name: text.encode("ascii").decode("unicode_escape") for name, text in pairs}


#: Name → string.
STRINGS = _read()


def in_xml(text: str) -> str:
    """What XML 1.0 lets stand of it, as the inside of an attribute in double quotes."""
    allowed = "".join(one for one in text if one in "\t\n\r" or (ord(one) >= 32 and not 0xD800 <= ord(one) < 0xE000 and ord(one) & 0xFFFE != 0xFFFE))
    return quoteattr(f"'{allowed}").removeprefix('"').removesuffix('"').removeprefix("'")


def in_url(text: str) -> str:
    return urllib.parse.quote(text, safe="", errors="surrogateescape")


def file_name(text: str) -> bytes:
    """As a name of this system, which takes all bytes but two."""
    return text.encode("utf-8", "surrogateescape").replace(b"\0", b"").replace(b"/", b"")[:120]


#: What draws, whatever its numbers are: styles, and where the cursor goes.
_DRAWS = re.compile(r"\x1b\[[0-9;:]*[mHABCDG]")


def obeyed(raw: bytes) -> set[str]:
    """What a program asked of its terminal beside drawing: titles, clipboard, strings of all kinds, queries, modes; C1 controls."""
    text = raw.decode("utf-8", "replace")
    found = {f"string {match[1]}{match[2][:12]!r}" for match in re.finditer(r"\x1b([\]P_^X])([^\x07\x1b]*)", text)}
    text = _DRAWS.sub("", text)
    found |= {f"sequence {match[0]!r}" for match in re.finditer(r"\x1b\[[?>=<]?[0-9;:]*[ -/]*[@-~]", text)}
    found |= {f"escape {match[0]!r}" for match in re.finditer(r"\x1b[^\[\]P_^X]", text)}
    return found | {f"control {ord(one):02x}" for one in re.findall("[\x00-\x07\x0b-\x1a\x1c-\x1f\x7f-\x9f]", text)}


def unseen(text: str) -> list[str]:
    """Characters that nobody sees and that act: none of them may reach a screen."""
    return [f"U+{ord(one):04X}" for one in text if one != "\n" and unicodedata.category(one) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
