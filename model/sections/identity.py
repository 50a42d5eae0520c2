"""system.web/identity: whether ASP.NET runs as the user who asks.

Knows no users. migration.py reads it: impersonation is what 500.24 is about.
"""

from __future__ import annotations

from typing import ClassVar

from model.sections.section import Section


class Identity(Section):
    SECTION: ClassVar[str] = "system.web/identity"

    impersonate: bool = False
    user_name: str = ""
