"""ISAPI Filters: native filters as IIS 6 had them. Kept as they are: this server loads no native code.

Knows no widget, file or process; the list is declared, console/collection.py makes its rows.
"""

from __future__ import annotations

from console.collection import Collection, Part, collection_page

FILTERS = Collection(
    "system.webServer/isapiFilters",
    "ISAPI Filter",
    (
        Part("name", "Name", 22, grow=40),
        Part("path", "Executable", 26, grow=80, drop=1),
        Part("enabled", "Status", 9, words=(("true", "Enabled"), ("false", "Disabled")), group=True),
    ),
    fields=("name", "path", "enabled", "preCondition"),
    ordered=True,
    hints=(("path", "The filter's DLL"), ("preCondition", "Such as bitness64")),
)
PAGE = collection_page(
    "isapi_filters", "ISAPI Filters", "Native filters see every request before the modules do.", FILTERS,
    note="Kept and editable, not executed: native code is not loaded here.",
)  # fmt: skip
