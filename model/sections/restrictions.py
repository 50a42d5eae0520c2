"""Fail closed: which restrictions are in force at a path that this server does not execute.

Knows no requests. compiler.py closes the path with the first one that the user has not accepted (403 with the reason).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hwebcore.plan import Closed
from model.effective import EffectiveSection
from model.sections.access import Access
from model.sections.ip_security import IpSecurity
from model.sections.rewrite import GlobalRules, RewriteRules

Get = Callable[[str], EffectiveSection]


def restrictions(get: Get, native_modules: frozenset[str]) -> Iterator[Closed]:
    """Each restriction in force. One whose module is not in `<modules>` restricts nobody in IIS, and nobody here."""
    yield from _access(get(Access.SECTION))
    if "IpRestrictionModule" in native_modules:
        yield from _ip_security(get(IpSecurity.SECTION))
    if "RewriteModule" in native_modules:
        yield from _rules(GlobalRules.from_effective(get(GlobalRules.SECTION)))
        yield from _rules(RewriteRules.from_effective(get(RewriteRules.SECTION)))


def _access(section: EffectiveSection) -> Iterator[Closed]:
    if Access.from_effective(section).requires_certificate:
        reason = "sslFlags requires a client certificate, and this server asks clients for none yet"
        yield Closed(section.name, reason, section.root.source_of("sslFlags"))


def _ip_security(section: EffectiveSection) -> Iterator[Closed]:
    read = IpSecurity.from_effective(section)
    denied = next((row for row in read.by_name() if not row.allowed), None)
    if denied is not None:
        yield Closed(section.name, f"{denied.domain_name} is denied, and this server does not look up the names of clients", denied.source)


def _rules(read: RewriteRules) -> Iterator[Closed]:
    for rule in read.rows:
        if rule.refuses:
            yield Closed(read.SECTION, f'the rule "{rule.name}" refuses requests, and this server does not run rewrite rules yet', rule.source)
