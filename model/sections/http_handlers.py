"""system.web/httpHandlers: which managed type answers inside ASP.NET in Classic mode; the first match wins.

Knows no requests. compiler.py puts `settings` into a plan; migration.py compares it with system.webServer/handlers.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from hwebcore import plan
from model.effective import EffectiveSection
from model.sections.handlers import words
from model.sections.section import OWN, Section


class HttpHandler(Section):
    path: str = ""
    verb: str = ""
    type: str = ""
    validate_type: bool = Field(True, alias="validate")


class HttpHandlers(Section):
    SECTION: ClassVar[str] = "system.web/httpHandlers"

    rows: tuple[HttpHandler, ...] = Field((), alias=OWN)


def settings(section: EffectiveSection) -> tuple[plan.ManagedHandlerMapping, ...]:
    return tuple(
        plan.ManagedHandlerMapping(
            entry.get("path"), words(entry.get("verb")), entry.get("type"), entry.get("validate").lower() != "false", entry.source
        )
        for entry in section.root.entries
    )
