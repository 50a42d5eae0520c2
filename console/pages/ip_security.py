"""IP Address and Domain Restrictions: which clients are let in.

Knows no widget, file or process; the list is declared, console/collection.py makes its rows.
"""

from __future__ import annotations

from console import entry_faults
from console.collection import Collection, Part, collection_page

_SECTION = "system.webServer/security/ipSecurity"
_NOTE = "Names of clients are not looked up: where reverse DNS is on, an entry that denies a domain closes the path (403) until that is accepted."
CLIENTS = Collection(
    _SECTION,
    "Restriction",
    (
        Part("allowed", "Mode", 6, words=(("true", "Allow"), ("false", "Deny")), group=True),
        Part("ipAddress", "IP Address", 15, grow=40),
        Part("subnetMask", "Mask", 15, grow=20, drop=1),
        Part("domainName", "Domain Name", 14, grow=40, drop=2),
    ),
    additions=(("Add Allow Entry", (("allowed", "true"),)), ("Add Deny Entry", (("allowed", "false"),))),
    ordered=True,
    faults=entry_faults.client,
    hints=(
        ("ipAddress", "One address, or the first of a range with the mask below"),
        ("subnetMask", "255.255.255.0, or a number of bits"),
        ("domainName", "Instead of an address; needs reverse DNS, which this server does not do"),
    ),
)
PAGE = collection_page(
    "ip_security", "IP Address and Domain Restrictions", "The first entry that fits a client decides whether it is let in.", CLIENTS,
    settings=("allowUnlisted", "denyAction", "enableReverseDns", "enableProxyMode"), note=_NOTE,
)  # fmt: skip
