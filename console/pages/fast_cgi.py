"""FastCGI Settings: the programs that answer by FastCGI, and how many of each run. The server's own.

Knows no widget, file or process; the list is declared, console/collection.py makes its rows.
"""

from __future__ import annotations

from console.collection import Collection, Part, collection_page

APPLICATIONS = Collection(
    "system.webServer/fastCgi",
    "FastCGI Application",
    (
        Part("fullPath", "Full Path", 24, grow=70),
        Part("arguments", "Arguments", 14, grow=50, drop=2),
        Part("maxInstances", "Max. Instances", 14, align="right"),
        Part("instanceMaxRequests", "Instance Max. Requests", 22, align="right", drop=1),
    ),
    fields=("fullPath", "arguments", "maxInstances", "instanceMaxRequests", "queueLength", "activityTimeout", "idleTimeout", "requestTimeout",
            "rapidFailsPerMinute", "signalBeforeTerminateSeconds", "monitorChangesTo", "stderrMode", "protocol"),
    hints=(
        ("fullPath", "The program, as handler mappings name it before the |"),
        ("arguments", "As handler mappings name them after the |"),
        ("maxInstances", "0 lets the server decide"),
        ("instanceMaxRequests", "A process is replaced after so many requests"),
        ("activityTimeout", "Seconds without a word from the process"),
        ("idleTimeout", "Seconds without a request until the process ends"),
        ("requestTimeout", "Seconds that one request may take"),
        ("monitorChangesTo", "A file; when it changes, the processes are replaced"),
    ),
)  # fmt: skip
PAGE = collection_page(
    "fast_cgi", "FastCGI Settings", "Programs that answer by FastCGI. v shows all of one, with its environment variables.", APPLICATIONS
)
