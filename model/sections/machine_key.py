"""system.web/machineKey: the keys of tickets, where an application brings its own.

Knows no cryptography. compiler.py puts `settings` into a plan.
"""

from __future__ import annotations

import re
from typing import ClassVar

from pydantic import Field

from model.effective import EffectiveSection
from model.sections.section import Section

_HEXADECIMAL = re.compile(r"(?:[0-9A-Fa-f]{2})+")


class MachineKey(Section):
    SECTION: ClassVar[str] = "system.web/machineKey"

    decryption: str = "Auto"
    decryption_key: str = Field("AutoGenerate,IsolateApps", repr=False)
    validation: str = "SHA1"
    validation_key: str = Field("AutoGenerate,IsolateApps", repr=False)


def settings(section: EffectiveSection) -> tuple[str, str]:
    """Decryption and validation key in hexadecimal; "" where the server makes its own."""
    read = MachineKey.from_effective(section)
    return _key(read.decryption_key), _key(read.validation_key)


def _key(text: str) -> str:
    """AutoGenerate and its modifiers are no key, and neither is anything that is not hexadecimal."""
    first = text.split(",")[0].strip()
    return first if _HEXADECIMAL.fullmatch(first) else ""
