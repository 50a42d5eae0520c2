"""Output Caching: which answers are kept for the next client, by file name extension.

Knows no widget, file or process; the list is declared, console/collection.py makes its rows.
"""

from __future__ import annotations

from console import entry_faults
from console.collection import Collection, Part, collection_page

_POLICIES = (
    ("DontCache", "Do not cache"), ("CacheUntilChange", "Until the file changes"), ("CacheForTimePeriod", "At time intervals"),
    ("DisableCache", "Prevent all caching"),
)  # fmt: skip
RULES = Collection(
    "system.webServer/caching",
    "Cache Rule",
    (
        Part("extension", "Extension", 10, grow=16),
        Part("policy", "User-Mode Policy", 22, words=_POLICIES, group=True),
        Part("kernelCachePolicy", "Kernel-Mode Policy", 22, words=_POLICIES, drop=1),
    ),
    path="profiles",
    faults=entry_faults.cache_rule,
    fields=("extension", "policy", "kernelCachePolicy", "duration", "location", "varyByQueryString", "varyByHeaders"),
    hints=(
        ("extension", "With its dot, such as .jpg; * is all others"),
        ("duration", "d.hh:mm:ss; at time intervals, an answer is kept for so long"),
        ("varyByQueryString", "Variables of the query string, parted by commas; * is all of them"),
        ("varyByHeaders", "Request headers, parted by commas"),
    ),
)
PAGE = collection_page(
    "output_caching", "Output Caching", "Answers that are kept for the next client. The longer one may be old, the less has to be done again.",
    RULES, settings=("enabled", "enableKernelCache", "maxCacheSize", "maxResponseSize"),
)  # fmt: skip
