"""system.webServer/directoryBrowse: whether a folder without a default document is listed, and with which columns.

Knows no folders. compiler.py puts `settings` into a plan; the console shows `DirectoryBrowse`.
"""

from __future__ import annotations

from typing import ClassVar

from hwebcore import plan
from model.effective import EffectiveSection
from model.sections.section import Section


class DirectoryBrowse(Section):
    SECTION: ClassVar[str] = "system.webServer/directoryBrowse"

    enabled: bool = False
    show_flags: tuple[str, ...] = ("Date", "Time", "Size", "Extension")


def settings(section: EffectiveSection) -> plan.DirectoryBrowse:
    read = DirectoryBrowse.from_effective(section)
    return plan.DirectoryBrowse(read.enabled, read.show_flags, section.root.source_of("enabled") or read.source)
