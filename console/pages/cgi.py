"""CGI: how programs that are started for each request are treated.

Knows no widget, file or process; the fields are the schema's.
"""

from __future__ import annotations

from console.collection import NOT_EXECUTED, executed
from console.property_page import FormPage, Group
from console.ways import Way

SECTION = "system.webServer/cgi"
_TOLD = "" if executed(SECTION) else f" {NOT_EXECUTED}"
PAGE = FormPage(
    "cgi", "CGI", f"Programs that are started for each request.{_TOLD}",
    (Group("Behavior", lambda view: Way(SECTION), ("timeout",), words={"timeout": "Time-out (hh:mm:ss)"}),
     Group("Security", lambda view: Way(SECTION), ("createProcessAsUser", "createCGIWithNewConsole"),
           words={"createProcessAsUser": "Impersonate user", "createCGIWithNewConsole": "Use new console for each invocation"})),
    SECTION,
)  # fmt: skip
