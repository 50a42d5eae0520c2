"""Authorization Rules: who may ask for URLs here, decided by the native pipeline in both modes.

Knows no widget, file or process; the list is declared, console/collection.py makes its rows.
"""

from __future__ import annotations

from console import entry_faults
from console.collection import Collection, Part, collection_page

RULES = Collection(
    "system.webServer/security/authorization",
    "Authorization Rule",
    (
        Part("accessType", "Mode", 6, group=True),
        Part("users", "Users", 16, grow=50),
        Part("roles", "Roles", 12, grow=40, drop=1),
        Part("verbs", "Verbs", 10, grow=30, drop=2, empty="all"),
    ),
    additions=(("Add Allow Rule", (("accessType", "Allow"),)), ("Add Deny Rule", (("accessType", "Deny"),))),
    faults=entry_faults.somebody,
    hints=(("users", "Names parted by commas; * is everybody, ? is who gave no name"), ("verbs", "Such as GET,HEAD; empty is all")),
)
PAGE = collection_page(
    "authorization", "Authorization Rules", "Who may ask for what is here. Deny rules hold first; whom no rule allows is answered with 401.2.", RULES,
    settings=("bypassLoginPages",),
)  # fmt: skip
