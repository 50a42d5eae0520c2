"""system.webServer/security/authorization: the rules of the native UrlAuthorizationModule.

Knows no users. Order does not matter to that module (denials count first); compiler.py puts `settings` into a plan.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from hwebcore import plan
from model.effective import EffectiveSection
from model.sections.section import OWN, Section


class AuthorizationRow(Section):
    access_type: Literal["Allow", "Deny"] = "Allow"
    users: str = ""
    roles: str = ""
    verbs: str = ""


class Authorization(Section):
    SECTION: ClassVar[str] = "system.webServer/security/authorization"

    bypass_login_pages: bool = True
    rows: tuple[AuthorizationRow, ...] = Field((), alias=OWN)


def names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def settings(section: EffectiveSection) -> tuple[plan.AuthorizationRule, ...]:
    rows = Authorization.from_effective(section).rows
    return tuple(plan.AuthorizationRule(row.access_type == "Allow", names(row.users), names(row.roles), names(row.verbs), row.source) for row in rows)
