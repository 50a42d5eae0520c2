"""system.webServer/security/isapiCgiRestriction: which ISAPI extensions and CGI programs may run.

Knows no programs: a path counts by its last part. compiler.py puts `settings` into a plan.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from hwebcore import plan
from model.effective import EffectiveSection
from model.sections.section import OWN, Section


class Restriction(Section):
    path: str = ""
    allowed: bool = False
    group_id: str = ""
    description: str = ""


class IsapiCgiRestriction(Section):
    SECTION: ClassVar[str] = "system.webServer/security/isapiCgiRestriction"

    not_listed_isapis_allowed: bool = False
    not_listed_cgis_allowed: bool = False
    rows: tuple[Restriction, ...] = Field((), alias=OWN)


def settings(section: EffectiveSection) -> plan.IsapiRestriction:
    read = IsapiCgiRestriction.from_effective(section)
    entries = tuple(plan.Rule(row.path.replace("\\", "/").rpartition("/")[2].lower(), row.source, row.allowed) for row in read.rows)
    return plan.IsapiRestriction(read.not_listed_isapis_allowed, entries, read.source)
