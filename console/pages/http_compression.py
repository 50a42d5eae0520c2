"""Compression: smaller answers for clients that can unpack them.

Knows no widget, file or process; the fields are the schema's.
"""

from __future__ import annotations

from collections.abc import Collection

from console.entry_faults import Given
from console.property_page import FormPage, Group
from console.ways import Way

URL, HTTP = "system.webServer/urlCompression", "system.webServer/httpCompression"
_TOLD = (
    "Files are, where StaticCompressionModule is among the modules, their copies kept with the instance whatever directory says; "
    "compressing dynamic content is kept and editable, not executed by this server."
)


def _disabled(given: Given) -> Collection[str]:
    """The limit is the server's: below it the field is not there."""
    return () if given.get("httpCompression/doDiskSpaceLimiting") == "true" else ("httpCompression/maxDiskSpaceUsage",)


PAGE = FormPage(
    "http_compression", "Compression", f"Answers are packed for clients that can unpack them. {_TOLD}",
    (Group("Compression", lambda view: Way(URL), ("doDynamicCompression", "doStaticCompression"),
           words={"doDynamicCompression": "Enable dynamic content compression", "doStaticCompression": "Enable static content compression"}),
     Group("Static Compression", lambda view: Way(HTTP), ("minFileSizeForComp", "directory", "doDiskSpaceLimiting", "maxDiskSpaceUsage"),
           server_only=True, optional={"minFileSizeForComp": ("Only compress files larger than", "0")},
           words={"minFileSizeForComp": "Size (in bytes)", "directory": "Cache directory",
                  "doDiskSpaceLimiting": "Limit disk usage for each application pool", "maxDiskSpaceUsage": "Disk space limit (in MB)"})),
    URL, disabled=_disabled,
)  # fmt: skip
