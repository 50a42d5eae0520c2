"""HTTP Redirect: another address instead of what was asked.

Knows no widget, file or process; the fields are the schema's.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from console.collection import NOT_EXECUTED, executed
from console.entry_faults import Given
from console.property_page import FormPage, Group
from console.ways import Way

SECTION = "system.webServer/httpRedirect"
_TOLD = "" if executed(SECTION) else f" {NOT_EXECUTED}"
_ON, _DESTINATION = "httpRedirect/enabled", "httpRedirect/destination"


def _faults(given: Given) -> Mapping[str, str]:
    where_to = given[_ON] == "true" and not given[_DESTINATION]
    return {_DESTINATION: "Where to? An address such as https://www.example.org/sales, or a path of this site."} if where_to else {}


def _disabled(given: Given) -> Collection[str]:
    return () if given[_ON] == "true" else given.keys() - {_ON}


PAGE = FormPage(
    "http_redirect", "HTTP Redirect", f"Requests are sent to another address.{_TOLD}",
    (Group("Redirect", lambda view: Way(SECTION), ("enabled", "destination"),
           words={"enabled": "Redirect requests to this destination", "destination": "Destination"}),
     Group("Redirect Behavior", lambda view: Way(SECTION), ("exactDestination", "childOnly", "httpResponseStatus"),
           words={"exactDestination": "To the exact destination, not relative to it", "childOnly": "Only requests for what is in this folder itself",
                  "httpResponseStatus": "Status code"})),
    SECTION, _faults, _disabled,
)  # fmt: skip
