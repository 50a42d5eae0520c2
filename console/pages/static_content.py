"""MIME Types: which content type a file gets by its extension. An extension that is not listed is answered with 404.3.

Knows no widget, file or process; the list is declared, console/collection.py makes its rows.
"""

from __future__ import annotations

from console import entry_faults
from console.collection import Collection, Part, collection_page

TYPES = Collection(
    "system.webServer/staticContent",
    "MIME Type",
    (Part("fileExtension", "Extension", 14, grow=24), Part("mimeType", "MIME Type", 24, grow=60, group=True)),
    faults=entry_faults.extension,
    hints=(("fileExtension", "With its dot: .html; .* stands for every other extension"), ("mimeType", "Such as text/html")),
)
PAGE = collection_page(
    "static_content", "MIME Types", "A static file is sent with the type of its extension; what is not listed here is not served (404.3).", TYPES,
    settings=("clientCache/cacheControlMode", "clientCache/cacheControlMaxAge", "clientCache/httpExpires", "clientCache/cacheControlCustom",
              "clientCache/setEtag"), settings_faults=entry_faults.client_cache,
)  # fmt: skip
