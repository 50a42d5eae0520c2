"""system.webServer/security/ipSecurity: which addresses are let in.

Knows no connections. scopes.py puts `settings` into a plan; restrictions.py asks whether somebody is denied by a name, which nobody looks up here.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from hwebcore.plan import AddressRule, AddressRules, ConfigurationError, DenyAction, span
from model.effective import EffectiveSection
from model.sections.section import OWN, Section
from model.source import INVALID_DATA, Problem


class IpRow(Section):
    ip_address: str = ""
    subnet_mask: str = "255.255.255.255"
    domain_name: str = ""
    allowed: bool = False


class IpSecurity(Section):
    SECTION: ClassVar[str] = "system.webServer/security/ipSecurity"

    allow_unlisted: bool = True
    enable_reverse_dns: bool = False
    enable_proxy_mode: bool = False
    deny_action: DenyAction = "Forbidden"
    rows: tuple[IpRow, ...] = Field((), alias=OWN)

    def by_name(self) -> list[IpRow]:
        """Entries that are about the name of a client. Without enableReverseDns IIS does not look for it either."""
        return [row for row in self.rows if row.domain_name and not row.ip_address] if self.enable_reverse_dns else []


def settings(section: EffectiveSection) -> tuple[AddressRules, ConfigurationError | None, tuple[Problem, ...]]:
    """The rules; what makes every request fail: an entry that can be about nobody; and what there is to tell."""
    read = IpSecurity.from_effective(section)
    rules: list[AddressRule] = []
    problems = [_let_in_by_name(row) for row in read.by_name() if row.allowed]
    bad: ConfigurationError | None = None
    for row in read.rows:
        if row.domain_name and not row.ip_address:
            continue
        try:
            span(row.ip_address, row.subnet_mask)
        except ValueError as error:
            problems.append(Problem("error", INVALID_DATA, f"ipSecurity: {error}", row.source))
            bad = bad or ConfigurationError(INVALID_DATA, f"ipSecurity: {error}", row.source)
        else:
            rules.append(AddressRule(row.ip_address, row.subnet_mask, row.allowed, row.source))
    made = AddressRules(tuple(rules), read.allow_unlisted, read.deny_action, read.enable_proxy_mode, section.root.source_of("allowUnlisted"))
    return made, bad, tuple(problems)


def _let_in_by_name(row: IpRow) -> Problem:
    return Problem("warning", "not-executed", f"Names of clients are not looked up: {row.domain_name} is let in by its addresses only", row.source)
