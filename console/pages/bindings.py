"""Site Bindings: the addresses that a site answers at.

Knows no widget, file or process; dialogs and edits are console/binding_forms.py's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from console.addresses import told_addresses
from console.binding_forms import by_address, parts
from console.lines import Column, Line, Row, cell, line, run
from console.listing import ListPage, View
from console.places import Target
from model.sections.sites import Site, SiteBinding


@dataclass(frozen=True, slots=True)
class Bound:
    """The value of a row's target."""

    site: Site
    binding: SiteBinding


def rows(view: View) -> Sequence[Row]:
    site = view.session.workspace.hierarchy.site(view.place.site)
    return [_row(site, binding) for binding in site.bindings] if site is not None else ()


def _row(site: Site, binding: SiteBinding) -> Row:
    found = parts(binding)
    address = by_address(binding.protocol)
    cells = {
        "type": cell(binding.protocol, bold=True),
        "host": cell(found.host),
        "port": cell(found.port if address else "", order=float(found.port) if found.port.isdigit() else None),
        "ip": cell(found.ip if address else ""),
        "information": cell(binding.binding_information, "quiet"),
        "flags": cell(binding.ssl_flags or "", "quiet"),
    }
    target = Target("binding", f"{binding.protocol}/{binding.binding_information}", Bound(site, binding))
    return Row(target, cells, groups={"type": (binding.protocol, "heading")})


def detail(view: View, target: Target | None) -> Sequence[Line]:
    """The addresses that really answer."""
    urls, patterns = told_addresses(view.session.site_state(view.place.site))
    if not urls and not patterns:
        return ()
    return [line(run("answers at  ", "quiet"), run("  ".join(urls), "link", link="copy_address"), run(f"  {'  '.join(patterns)}"))]


PAGE = ListPage(
    "bindings", "Site Bindings", "The addresses that the site answers at; certificates stand in this instance's store.",
    (Column("type", "Type", 9), Column("host", "Host Name", 18, grow=40), Column("port", "Port", 5, "right"), Column("ip", "IP Address", 15, grow=40),
     Column("information", "Binding Information", 20, drop=1, grow=50), Column("flags", "sslFlags", 8, "right", drop=2)), rows,
    groups=(("", "No Grouping"), ("type", "Type")), detail=detail, section="system.applicationHost/sites",
    empty="The site has no binding: nothing reaches it. + adds one.",
)  # fmt: skip
