"""Logging: what is written of each request, where, and when a new file begins. At the server: what sites start from.

Knows no widget, file or process; the fields are the schema's.
"""

from __future__ import annotations

from collections.abc import Collection

from console.entry_faults import Given
from console.listing import View
from console.property_page import FormPage, Group, OneOf
from console.ways import Way
from model.edits import Step

SITES, LOGGING = "system.applicationHost/sites", "system.webServer/httpLogging"


def _log_file(view: View) -> Way:
    if view.place.site:
        return Way(SITES, (Step("site", (("name", view.place.site),)), Step("logFile")))
    return Way(SITES, (Step("siteDefaults"), Step("logFile")))


def _disabled(given: Given) -> Collection[str]:
    """The size counts where no schedule is; what is switched off asks nothing more."""
    if given["logFile/enabled"] != "true":
        return [name for name in given if name.startswith("logFile/") and name != "logFile/enabled"]
    return () if given["logFile/period"] == "MaxSize" else ("logFile/truncateSize",)


PAGE = FormPage(
    "http_logging", "Logging", "Every request is written as one line when it has ended. This server writes the W3C format.",
    (Group("One log file per", lambda view: Way("system.applicationHost/log"), ("centralLogFileMode", "logInUTF8"), server_only=True,
           words={"centralLogFileMode": "One log file per", "logInUTF8": "Encoding"}),
     Group("Log File", _log_file, ("enabled", "logFormat", "directory"),
           words={"enabled": "Enabled", "logFormat": "Format"}),
     Group("Log File Rollover", _log_file, ("period", "truncateSize", "localTimeRollover"),
           words={"period": "Schedule", "truncateSize": "Maximum file size (in bytes)",
                  "localTimeRollover": "Use local time for file naming and rollover"},
           hints={"truncateSize": "From 1,048,576; with 4,294,967,295 no new log files are created"}),
     Group("Log Event Destination", _log_file, ("logTargetW3C",),
           one_of={"logTargetW3C": OneOf("Write log events to", (("File", "Log file only"), ("ETW", "ETW event only"),
                                                                 ("File, ETW", "Both log file and ETW event")))}),
     Group("Which requests", lambda view: Way(LOGGING), ("dontLog", "selectiveLogging"),
           words={"dontLog": "Do not log what is asked here", "selectiveLogging": "Log"}),
     Group("Fields of a line", _log_file, ("logExtFileFlags",))),
    SITES, disabled=_disabled,
)  # fmt: skip
