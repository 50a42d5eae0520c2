"""Connection Strings: how applications reach their databases.

Knows no widget, file or process; the list is declared, console/collection.py makes its rows.
"""

from __future__ import annotations

from console.collection import Collection, Part, collection_page

STRINGS = Collection(
    "connectionStrings",
    "Connection String",
    (
        Part("name", "Name", 18, grow=36),
        Part("connectionString", "Connection String", 24, grow=80),
        Part("providerName", "Provider", 16, grow=30, drop=1, group=True),
    ),
)
PAGE = collection_page("connection_strings", "Connection Strings", "How applications reach their databases.", STRINGS)
