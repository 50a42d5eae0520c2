"""system.web/authorization: ASP.NET's rules; the first match wins, a folder's own before those above it.

Knows no users. The native section of the same name is authorization.py. compiler.py puts `settings` into a plan.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from hwebcore import plan
from model.effective import EffectiveSection
from model.sections.authorization import names
from model.sections.section import OWN, Section


class WebAuthorizationRow(Section):
    users: str = ""
    roles: str = ""
    verbs: str = ""


class WebAuthorization(Section):
    SECTION: ClassVar[str] = "system.web/authorization"

    rows: tuple[WebAuthorizationRow, ...] = Field((), alias=OWN)


def settings(section: EffectiveSection) -> tuple[plan.AuthorizationRule, ...]:
    return tuple(
        plan.AuthorizationRule(entry.name == "allow", names(entry.get("users")), names(entry.get("roles")), names(entry.get("verbs")), entry.source)
        for entry in section.root.entries
    )
