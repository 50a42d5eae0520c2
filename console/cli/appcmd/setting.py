"""What a parameter of appcmd means: /attr:value, /element.attr:value, /[key='v'].attr:value, /+coll.[…], /-coll.[…], /~coll.

Knows no schema: names are as typed. change.py makes edits of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from console.cli.appcmd.failure import INVALID_PARAMETER, AppCmdError

_PIECE = re.compile(r"""\.?(?:\[((?:'[^']*'|"[^"]*"|[^\]'"])*)\]|([^.\[\]]+))""")
_PAIR = re.compile(r"""\s*(?:@(\w+)|([\w:.\-]+)\s*=\s*(?:'([^']*)'|"([^"]*)"|([^,]*?)))\s*(?:,|$)""")


@dataclass(frozen=True)
class Selector:
    """[key='v',…], or a place: [@start], [@end], [@2]."""

    pairs: tuple[tuple[str, str], ...]
    place: str = ""


@dataclass(frozen=True)
class Setting:
    """`sign`: "" sets, "+" adds an entry, "-" takes away, "~" clears a collection."""

    sign: str
    path: tuple[str | Selector, ...]
    value: str
    typed: str


def read(name: str, value: str) -> Setting:
    """Raises AppCmdError for what is no such form."""
    sign = name[:1] if name[:1] in ("+", "-", "~") else ""
    rest = name[len(sign) :].strip("\"'")
    path: list[str | Selector] = []
    at = 0
    while at < len(rest.rstrip(".")):
        match = _PIECE.match(rest, at)
        if match is None:
            raise AppCmdError(INVALID_PARAMETER, f'The parameter "{name}" cannot be read.')
        path.append(match[2] if match[1] is None else _selector(match[1], name))
        at = match.end()
    if sign == "~" and not rest.strip("."):
        return Setting(sign, (), value, name)
    if not path or (sign == "+" and not isinstance(path[-1], Selector)):
        raise AppCmdError(INVALID_PARAMETER, f"""The parameter "{name}" names no entry; the form is /+"collection.[name='value']".""")
    return Setting(sign, tuple(path), value, name)


def _selector(text: str, name: str) -> Selector:
    pairs: list[tuple[str, str]] = []
    place = ""
    at = 0
    while at < len(text):
        match = _PAIR.match(text, at)
        if match is None or match.end() == at:
            raise AppCmdError(INVALID_PARAMETER, f"""The parameter "{name}" cannot be read: entries are written [name='value'].""")
        if match[1] is not None:
            place = match[1].lower()
        else:
            pairs.append((match[2], next(value for value in match.groups()[2:] if value is not None)))
        at = match.end()
    return Selector(tuple(pairs), place)
