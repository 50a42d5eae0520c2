"""system.webServer/security/authentication/anonymousAuthentication: whether a request without a user is let in.

Knows no users. compiler.py puts `settings` into a plan.
"""

from __future__ import annotations

from typing import ClassVar

from hwebcore import plan
from model.effective import EffectiveSection
from model.sections.section import Section


class AnonymousAuthentication(Section):
    SECTION: ClassVar[str] = "system.webServer/security/authentication/anonymousAuthentication"

    enabled: bool = True
    user_name: str = "IUSR"


def settings(section: EffectiveSection) -> plan.AnonymousAuthentication:
    read = AnonymousAuthentication.from_effective(section)
    return plan.AnonymousAuthentication(read.enabled, read.user_name, section.root.source_of("enabled") or read.source)
