"""HTTP Response Headers: what is added to every answer here.

Knows no widget, file or process; the list is declared, console/collection.py makes its rows.
"""

from __future__ import annotations

from console import entry_faults
from console.collection import Collection, Part, collection_page

HEADERS = Collection(
    "system.webServer/httpProtocol", "Response Header", (Part("name", "Name", 22, grow=36), Part("value", "Value", 24, grow=80)),
    path="customHeaders", faults=entry_faults.header,
)  # fmt: skip
PAGE = collection_page(
    "http_protocol", "HTTP Response Headers", "These headers are added to every answer.", HEADERS, settings=("allowKeepAlive",),
    empty="No header is added. + adds one.",
)  # fmt: skip
