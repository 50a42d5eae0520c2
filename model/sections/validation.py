"""system.webServer/validation: whether ASP.NET settings that mean nothing in Integrated mode are errors (500.22 to 500.24).

Knows no other section. migration.py reads it together with those settings.
"""

from __future__ import annotations

from typing import ClassVar

from model.sections.section import Section


class Validation(Section):
    SECTION: ClassVar[str] = "system.webServer/validation"

    validate_integrated_mode_configuration: bool = True
