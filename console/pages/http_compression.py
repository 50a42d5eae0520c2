"""Compression: smaller answers for clients that can unpack them.

Knows no widget, file or process; the fields are the schema's.
"""

from __future__ import annotations

from console.collection import NOT_EXECUTED, executed
from console.property_page import FormPage, Group
from console.ways import Way

URL, HTTP = "system.webServer/urlCompression", "system.webServer/httpCompression"
_TOLD = "" if executed(URL) else f" {NOT_EXECUTED}"
PAGE = FormPage(
    "http_compression", "Compression", f"Answers are packed for clients that can unpack them.{_TOLD}",
    (Group("Compression", lambda view: Way(URL), ("doDynamicCompression", "doStaticCompression"),
           words={"doDynamicCompression": "Enable dynamic content compression", "doStaticCompression": "Enable static content compression"}),
     Group("Static Compression", lambda view: Way(HTTP), ("minFileSizeForComp", "directory", "doDiskSpaceLimiting", "maxDiskSpaceUsage"),
           server_only=True, words={"minFileSizeForComp": "Only compress files larger than (in bytes)", "directory": "Cache directory",
                                    "doDiskSpaceLimiting": "Limit disk usage for each application pool",
                                    "maxDiskSpaceUsage": "Disk space limit (in MB)"})),
    URL,
)  # fmt: skip
