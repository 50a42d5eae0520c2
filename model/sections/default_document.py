"""system.webServer/defaultDocument: which file answers for a folder.

Knows no folders. compiler.py puts `settings` into a plan; the console shows `DefaultDocument`.
"""

from __future__ import annotations

from typing import ClassVar

from hwebcore import plan
from model.effective import EffectiveSection
from model.sections.section import Section


class DefaultFile(Section):
    value: str = ""


class DefaultDocument(Section):
    SECTION: ClassVar[str] = "system.webServer/defaultDocument"

    enabled: bool = True
    files: tuple[DefaultFile, ...] = ()


def settings(section: EffectiveSection) -> plan.DefaultDocument:
    read = DefaultDocument.from_effective(section)
    return plan.DefaultDocument(read.enabled, tuple(plan.Rule(file.value, file.source) for file in read.files if file.value), read.source)
