"""Error Pages: what the client gets instead of a bare error status.

Knows no widget, file or process; the list is declared, console/collection.py makes its rows.
"""

from __future__ import annotations

from console import entry_faults
from console.collection import Collection, Part, collection_page

PAGES = Collection(
    "system.webServer/httpErrors",
    "Error Page",
    (
        Part("statusCode", "Status Code", 11, align="right"),
        Part("subStatusCode", "Substatus", 9, words=(("-1", "any"),), drop=2),
        Part("path", "Path", 24, grow=70),
        Part("responseMode", "Type", 11, words=(("File", "File"), ("ExecuteURL", "Execute URL"), ("Redirect", "Redirect")), drop=1, group=True),
    ),
    fields=("statusCode", "subStatusCode", "responseMode", "path", "prefixLanguageFilePath"),
    faults=entry_faults.error_page,
    hints=(
        ("subStatusCode", "-1 answers every substatus"),
        ("path", "A file, a URL of this site, or an absolute URL, by the type above"),
        ("prefixLanguageFilePath", "For a file: the folder that has one subfolder a language; empty for a file beside the configuration"),
    ),
)
PAGE = collection_page(
    "http_errors", "Error Pages", "An error answer is replaced by the page of its status and substatus.", PAGES,
    settings=("errorMode", "existingResponse", "defaultResponseMode", "defaultPath"),
    settings_faults=entry_faults.default_error_page,
)  # fmt: skip
