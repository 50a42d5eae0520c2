"""HTTP Redirect: another address instead of what was asked.

Knows no widget, file or process; the fields are the schema's.
"""

from __future__ import annotations

from console.collection import NOT_EXECUTED, executed
from console.property_page import FormPage, Group
from console.ways import Way

SECTION = "system.webServer/httpRedirect"
_TOLD = "" if executed(SECTION) else f" {NOT_EXECUTED}"
PAGE = FormPage(
    "http_redirect", "HTTP Redirect", f"Requests are sent to another address.{_TOLD}",
    (Group("Redirect", lambda view: Way(SECTION), ("enabled", "destination"),
           words={"enabled": "Redirect requests to this destination", "destination": "Destination"}),
     Group("Redirect Behavior", lambda view: Way(SECTION), ("exactDestination", "childOnly", "httpResponseStatus"),
           words={"exactDestination": "To the exact destination, not relative to it", "childOnly": "Only requests for what is in this folder itself",
                  "httpResponseStatus": "Status code"})),
    SECTION,
)  # fmt: skip
