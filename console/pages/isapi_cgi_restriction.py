"""ISAPI and CGI Restrictions: which programs a handler mapping may start. The server's own, below it nobody sets them.

Knows no widget, file or process; the list is declared, console/collection.py makes its rows.
"""

from __future__ import annotations

from console.collection import Collection, Part, collection_page

PROGRAMS = Collection(
    "system.webServer/security/isapiCgiRestriction",
    "ISAPI or CGI Restriction",
    (
        Part("description", "Description", 20, grow=36),
        Part("allowed", "Restriction", 11, words=(("true", "Allowed"), ("false", "Not Allowed")), group=True),
        Part("path", "Path", 24, grow=80, drop=1),
    ),
    fields=("path", "description", "allowed", "groupId"),
)
PAGE = collection_page(
    "isapi_cgi_restriction", "ISAPI and CGI Restrictions", "A handler whose program is not allowed here is answered with 404.2.", PROGRAMS,
    settings=("notListedIsapisAllowed", "notListedCgisAllowed"), note="",
)  # fmt: skip
