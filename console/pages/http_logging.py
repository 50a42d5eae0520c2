"""Logging: what is written of each request, where, and when a new file begins. At the server: what sites start from.

Knows no widget, file or process; the fields are the schema's.
"""

from __future__ import annotations

from console.listing import View
from console.property_page import FormPage, Group
from console.ways import Way
from model.edits import Step

SITES, LOGGING = "system.applicationHost/sites", "system.webServer/httpLogging"


def _log_file(view: View) -> Way:
    if view.place.site:
        return Way(SITES, (Step("site", (("name", view.place.site),)), Step("logFile")))
    return Way(SITES, (Step("siteDefaults"), Step("logFile")))


PAGE = FormPage(
    "http_logging", "Logging", "Every request is written as one line when it has ended. This server writes the W3C format.",
    (Group("Log File", _log_file, ("enabled", "logFormat", "directory"),
           words={"enabled": "Enabled", "logFormat": "Format"}),
     Group("Log File Rollover", _log_file, ("period", "truncateSize", "localTimeRollover"),
           words={"period": "Schedule", "truncateSize": "Maximum file size (in bytes)",
                  "localTimeRollover": "Use local time for file naming and rollover"}),
     Group("Log Event Destination", _log_file, ("logTargetW3C",)),
     Group("Which requests", lambda view: Way(LOGGING), ("dontLog", "selectiveLogging"),
           words={"dontLog": "Do not log what is asked here", "selectiveLogging": "Log"}),
     Group("One log file per", lambda view: Way("system.applicationHost/log"), ("centralLogFileMode", "logInUTF8"), server_only=True,
           words={"centralLogFileMode": "One log file per", "logInUTF8": "Encoding UTF-8"}),
     Group("Fields of a line", _log_file, ("logExtFileFlags",))),
    SITES,
)  # fmt: skip
