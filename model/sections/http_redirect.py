"""system.webServer/httpRedirect: where requests are sent instead.

Knows no request. scopes.py puts `settings` into a plan.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from hwebcore import plan
from model.effective import EffectiveSection
from model.sections.section import OWN, Section
from model.source import Source

_STATUS = {"Permanent": 301, "Found": 302, "Temporary": 307, "PermRedirect": 308}


class WildcardRow(Section):
    wildcard: str = ""
    destination: str = ""


class HttpRedirect(Section):
    SECTION: ClassVar[str] = "system.webServer/httpRedirect"

    enabled: bool = False
    destination: str = ""
    exact_destination: bool = False
    child_only: bool = False
    http_response_status: str = "Found"
    rows: tuple[WildcardRow, ...] = Field((), alias=OWN)


def settings(section: EffectiveSection) -> plan.HttpRedirect:
    """A destination of its own leaves no request to the wildcards; enabled without any, nothing is redirected (cfg 4)."""
    read = HttpRedirect.from_effective(section)
    if not read.enabled:
        return plan.HttpRedirect()
    if read.destination:
        source = section.root.source_of("destination")
        redirects: tuple[plan.Redirect, ...] = (plan.Redirect(read.destination, _base(source), "", source),)
    else:
        redirects = tuple(plan.Redirect(row.destination, _base(row.source), row.wildcard, row.source) for row in read.rows)
    return plan.HttpRedirect(redirects, _STATUS[read.http_response_status], read.exact_destination, read.child_only)


def _base(source: Source | None) -> str:
    """The path within the site of the level that says it: MACHINE/WEBROOT/APPHOST/site/path."""
    below = source.config_path.split("/", 4)[4:] if source is not None else []
    return f"/{below[0].strip('/')}" if below else "/"
