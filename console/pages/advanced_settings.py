"""Advanced Settings of pool, site, application and virtual directory, and their defaults: all that the schema has, as property grids.

Knows no widget, file or process; words are wording/'s, types and defaults the schema's (console/grid.py).
"""

from __future__ import annotations

from collections.abc import Callable

from console.grid import grid_page
from console.listing import View
from console.ways import Way
from console.wording.application_pools import POOL
from console.wording.sites import APPLICATION as APPLICATION_WORDS
from console.wording.sites import DIRECTORY as DIRECTORY_WORDS
from console.wording.sites import SITE as SITE_WORDS
from model.edits import Step

POOLS, SITES = "system.applicationHost/applicationPools", "system.applicationHost/sites"
_SENTENCE = "Bold differs from the default. Enter changes a setting, Del takes it back, d hides what is default."


def _pool(view: View) -> Way:
    return Way(POOLS, (Step("add", (("name", view.place.detail),)),))


def _site(view: View) -> Way:
    return Way(SITES, (Step("site", (("name", view.place.site),)),))


def _application(view: View) -> Way:
    return _site(view).below(Step("application", (("path", view.place.app or "/"),)))


def _directory(view: View) -> Way:
    """`detail` is the directory's path."""
    return _application(view).below(Step("virtualDirectory", (("path", view.place.detail or "/"),)))


def _defaults(section: str, element: str) -> Callable[[View], Way]:
    return lambda view: Way(section).along(element)


#: A site's own words without those of its root application.
_SITE_DEFAULTS = tuple(entry for entry in SITE_WORDS if not entry.path.startswith("application["))
_ABOUT_DEFAULTS = "What holds where a {} says nothing. Bold differs from IIS's own default."
POOL_PAGE = grid_page("pool_settings", "Advanced Settings: {detail}", _SENTENCE, _pool, POOL, POOLS)
SITE_PAGE = grid_page("site_settings", "Advanced Settings: {site}", _SENTENCE, _site, SITE_WORDS, SITES)
APPLICATION_PAGE = grid_page("application_settings", "Advanced Settings: {site}{app}", _SENTENCE, _application, APPLICATION_WORDS, SITES)
DIRECTORY_PAGE = grid_page(
    "directory_settings", "Advanced Settings: {site}{app} {detail}", _SENTENCE, _directory, DIRECTORY_WORDS, SITES
)  # fmt: skip
POOL_DEFAULTS = grid_page(
    "pool_defaults", "Application Pool Defaults", _ABOUT_DEFAULTS.format("pool"), _defaults(POOLS, "applicationPoolDefaults"), POOL, POOLS
)
SITE_DEFAULTS = grid_page(
    "site_defaults", "Website Defaults", _ABOUT_DEFAULTS.format("site"), _defaults(SITES, "siteDefaults"), _SITE_DEFAULTS, SITES
)
APPLICATION_DEFAULTS = grid_page(
    "application_defaults", "Application Defaults", _ABOUT_DEFAULTS.format("application"), _defaults(SITES, "applicationDefaults"), (), SITES
)
DIRECTORY_DEFAULTS = grid_page(
    "directory_defaults", "Virtual Directory Defaults", _ABOUT_DEFAULTS.format("virtual directory"), _defaults(SITES, "virtualDirectoryDefaults"),
    (), SITES,
)  # fmt: skip
