"""system.web/sessionState: where sessions are kept and how they are found again.

Knows no sessions. compiler.py puts `settings` into a plan.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from hwebcore import plan
from model.effective import EffectiveSection
from model.sections.section import Section


class SessionState(Section):
    SECTION: ClassVar[str] = "system.web/sessionState"

    mode: Literal["Off", "InProc", "StateServer", "SQLServer", "Custom"] = "InProc"
    cookie_name: str = "ASP.NET_SessionId"
    timeout_s: float = Field(1200.0, alias="timeout")
    cookie_same_site: Literal["None", "Lax", "Strict"] = "Lax"


def settings(section: EffectiveSection) -> plan.SessionSettings:
    read = SessionState.from_effective(section)
    return plan.SessionSettings(read.mode, read.cookie_name, read.timeout_s, read.cookie_same_site, read.source)
