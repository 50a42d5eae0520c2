"""Default Document: the names that are looked for when a URL names a folder, in their order.

Knows no widget, file or process; the list is declared, console/collection.py makes its rows.
"""

from __future__ import annotations

from console import entry_faults
from console.collection import Collection, Part, collection_page

FILES = Collection(
    "system.webServer/defaultDocument", "Default Document", (Part("value", "Name", 24, grow=60),), path="files", ordered=True,
    faults=entry_faults.document,
    hints=(("value", "A file name such as index.html; the first that exists answers"),),
)  # fmt: skip
PAGE = collection_page(
    "default_document", "Default Document", "A URL that names a folder is answered with the first of these files that is in it.", FILES,
    settings=("enabled",),
)  # fmt: skip
