"""system.web/machineKey: the keys of tickets, where an application brings its own.

Knows no cryptography. compiler.py puts `settings` into a plan.
"""

from __future__ import annotations

import re
from typing import ClassVar

from pydantic import Field

from model.effective import EffectiveSection
from model.sections.section import Section
from model.source import Problem

_HEXADECIMAL = re.compile(r"(?:[0-9A-Fa-f]{2})+")
#: Digits: ASP.NET's own limit of a validation key, and 128 bits.
_LEAST = {"decryptionKey": 32, "validationKey": 40}


class MachineKey(Section):
    SECTION: ClassVar[str] = "system.web/machineKey"

    decryption: str = "Auto"
    decryption_key: str = Field("AutoGenerate,IsolateApps", repr=False)
    validation: str = "SHA1"
    validation_key: str = Field("AutoGenerate,IsolateApps", repr=False)


def settings(section: EffectiveSection) -> tuple[str, str]:
    """Decryption and validation key in hexadecimal; "" where the server makes its own."""
    read = MachineKey.from_effective(section)
    return _key(read.decryption_key, _LEAST["decryptionKey"]), _key(read.validation_key, _LEAST["validationKey"])


def problems(section: EffectiveSection) -> tuple[Problem, ...]:
    """Keys that are none. ASP.NET refuses the application; here the instance's own key seals its tickets: one that can be guessed never does."""
    read = MachineKey.from_effective(section)
    said = {"decryptionKey": read.decryption_key, "validationKey": read.validation_key}
    return tuple(
        Problem("warning", "weak-key", f"machineKey: {name} is not used: a key has at least {_LEAST[name]} hexadecimal digits, in pairs", source)
        for name, text in said.items()
        if _first(text) != "AutoGenerate" and not _key(text, _LEAST[name]) and (source := section.root.source_of(name)) is not None
    )


def _key(text: str, least: int) -> str:
    """AutoGenerate and its modifiers are no key, and neither is what is too short or not hexadecimal."""
    first = _first(text)
    return first if _HEXADECIMAL.fullmatch(first) and len(first) >= least else ""


def _first(text: str) -> str:
    return text.split(",")[0].strip()
