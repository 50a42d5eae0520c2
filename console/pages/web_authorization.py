""".NET Authorization Rules: who may reach managed content; in Classic mode only requests of the managed pipeline ask for it.

Knows no widget, file or process; the list is declared, console/collection.py makes its rows.
"""

from __future__ import annotations

from console import entry_faults
from console.collection import ELEMENT, Collection, Part, collection_page

RULES = Collection(
    "system.web/authorization",
    ".NET Authorization Rule",
    (
        Part(ELEMENT, "Mode", 6, words=(("allow", "Allow"), ("deny", "Deny")), group=True),
        Part("users", "Users", 16, grow=50),
        Part("roles", "Roles", 12, grow=40, drop=1),
        Part("verbs", "Verbs", 10, grow=30, drop=2, empty="all"),
    ),
    additions=(("Add Allow Rule", ((ELEMENT, "allow"),)), ("Add Deny Rule", ((ELEMENT, "deny"),))),
    ordered=True,
    faults=entry_faults.somebody,
    hints=(("users", "Names parted by commas; * is everybody, ? is who gave no name"), ("verbs", "Such as GET,POST; empty is all")),
)
PAGE = collection_page(
    "web_authorization", ".NET Authorization Rules", "Who may reach managed content: the first rule that fits decides, local ones before inherited.",
    RULES,
)  # fmt: skip
