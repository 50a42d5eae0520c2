"""system.webServer/httpLogging: which requests are logged.

Knows no log files (sites.py has those). compiler.py puts `settings` into a plan.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from hwebcore import plan
from model.effective import EffectiveSection
from model.sections.section import Section


class HttpLogging(Section):
    SECTION: ClassVar[str] = "system.webServer/httpLogging"

    selective_logging: Literal["LogAll", "LogSuccessful", "LogError"] = "LogAll"
    dont_log: bool = False


def settings(section: EffectiveSection) -> plan.HttpLogging:
    read = HttpLogging.from_effective(section)
    return plan.HttpLogging(read.dont_log, read.selective_logging)
