"""system.webServer/rewrite/rules and globalRules: as far as the fail-closed rule must know them.

Knows no URLs. restrictions.py asks which rules turn requests away.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from model.sections.section import OWN, Section


class RewriteAction(Section):
    type: Literal["None", "Rewrite", "Redirect", "CustomResponse", "AbortRequest"] = "None"
    url: str = ""


class RewriteRule(Section):
    name: str = ""
    enabled: bool = True
    action: RewriteAction = RewriteAction()

    @property
    def refuses(self) -> bool:
        return self.enabled and self.action.type in ("AbortRequest", "CustomResponse")


class RewriteRules(Section):
    SECTION: ClassVar[str] = "system.webServer/rewrite/rules"

    rows: tuple[RewriteRule, ...] = Field((), alias=OWN)


class GlobalRules(RewriteRules):
    SECTION: ClassVar[str] = "system.webServer/rewrite/globalRules"
