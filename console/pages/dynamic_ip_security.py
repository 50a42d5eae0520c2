"""Dynamic IP Restrictions: clients that ask too often, or too much at once.

Knows no widget, file or process; the fields are the schema's.
"""

from __future__ import annotations

from collections.abc import Collection

from console.entry_faults import Given
from console.property_page import FormPage, Group
from console.ways import Way

SECTION = "system.webServer/security/dynamicIpSecurity"


def _way(path: str) -> Way:
    return Way(SECTION).along(path)


def _disabled(given: Given) -> Collection[str]:
    """The numbers of a limit that is off."""
    off = tuple(limit for limit in ("denyByConcurrentRequests/", "denyByRequestRate/") if given[f"{limit}enabled"] != "true")
    return {name for name in given if name.startswith(off) and not name.endswith("/enabled")}


PAGE = FormPage(
    "dynamic_ip_security", "Dynamic IP Restriction Settings", "Clients that ask too often, or too much at once.",
    (Group("Number of concurrent requests", lambda view: _way("denyByConcurrentRequests"), ("enabled", "maxConcurrentRequests"),
           words={"enabled": "Deny IP address based on the number of concurrent requests",
                  "maxConcurrentRequests": "Maximum number of concurrent requests"}),
     Group("Number of requests over a period of time", lambda view: _way("denyByRequestRate"),
           ("enabled", "maxRequests", "requestIntervalInMilliseconds"),
           words={"enabled": "Deny IP address based on the number of requests over a period of time", "maxRequests": "Maximum number of requests",
                  "requestIntervalInMilliseconds": "Time period (in milliseconds)"}),
     Group("What is answered", lambda view: Way(SECTION), ("denyAction", "enableLoggingOnlyMode", "enableProxyMode"))),
    SECTION, disabled=_disabled,
)  # fmt: skip
