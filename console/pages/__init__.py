"""The list pages in the order in which they are met: id → "file:NAME". Nothing is imported before it is opened.

Knows no page's content. A new page is one file here and one line below (ARCHITECTURE.md, six steps).
"""

from __future__ import annotations

import functools
import importlib

from console.listing import ListPage

PAGES = {
    "server": "server:PAGE",
    "pools": "application_pools:PAGE",
    "sites": "sites:PAGE",
    "site": "site:PAGE",
    "application": "site:APPLICATION",
    "modules": "modules:PAGE",
    "handlers": "handlers:PAGE",
    "problems": "problems:PAGE",
}


@functools.cache
def page(name: str) -> ListPage:
    """The declaration of a list page. Raises KeyError for what is none."""
    file, _, value = PAGES[name].partition(":")
    declared = getattr(importlib.import_module(f"console.pages.{file}"), value)
    assert isinstance(declared, ListPage)
    return declared
