"""system.web/httpModules: what ASP.NET runs in Classic mode, in this order.

Knows no modes. compiler.py puts `settings` into a plan; migration.py compares it with system.webServer/modules.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from hwebcore import plan
from model.effective import EffectiveSection
from model.sections.section import OWN, Section


class HttpModule(Section):
    name: str = ""
    type: str = ""


class HttpModules(Section):
    SECTION: ClassVar[str] = "system.web/httpModules"

    rows: tuple[HttpModule, ...] = Field((), alias=OWN)


def settings(section: EffectiveSection) -> tuple[plan.ManagedModuleEntry, ...]:
    return tuple(plan.ManagedModuleEntry(entry.get("name"), entry.get("type"), entry.source) for entry in section.root.entries)
