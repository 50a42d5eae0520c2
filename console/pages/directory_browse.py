"""Directory Browsing: a list of the files where a URL names a folder and no default document is there.

Knows no widget, file or process; the fields are the schema's.
"""

from __future__ import annotations

from collections.abc import Collection

from console.entry_faults import Given
from console.property_page import FormPage, Group
from console.ways import Way

SECTION = "system.webServer/directoryBrowse"
_SHOWN = "directoryBrowse/showFlags"


def _disabled(given: Given) -> Collection[str]:
    """A long date is a way to write the date."""
    return () if given[f"{_SHOWN}/Date"] == "true" else (f"{_SHOWN}/LongDate",)


PAGE = FormPage(
    "directory_browse", "Directory Browsing", "A folder without a default document is answered with the list of its files.",
    (Group("Directory Browsing", lambda view: Way(SECTION), ("enabled",), words={"enabled": "Enabled"}),
     Group("What is shown of each file", lambda view: Way(SECTION), ("showFlags",))),
    SECTION, disabled=_disabled,
)  # fmt: skip
