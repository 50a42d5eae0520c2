"""system.webServer/security/authentication/basicAuthentication: whether a name and a password are asked for, and for which realm.

Knows no accounts. scopes.py puts `settings` into a plan.
"""

from __future__ import annotations

from typing import ClassVar

from hwebcore import plan
from model.effective import EffectiveSection
from model.sections.section import Section


class BasicAuthentication(Section):
    SECTION: ClassVar[str] = "system.webServer/security/authentication/basicAuthentication"

    enabled: bool = False
    realm: str = ""
    default_logon_domain: str = ""


def settings(section: EffectiveSection) -> plan.BasicAuthentication:
    read = BasicAuthentication.from_effective(section)
    return plan.BasicAuthentication(read.enabled, read.realm, read.default_logon_domain, section.root.source_of("enabled") or read.source)
