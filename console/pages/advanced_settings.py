"""Advanced Settings of a pool, a site and an application: the whole of what the schema has for each, as property grids.

Knows no widget, file or process; words are wording/'s, types and defaults the schema's (console/grid.py).
"""

from __future__ import annotations

from console.grid import grid_page
from console.listing import View
from console.ways import Way
from console.wording.application_pools import POOL
from console.wording.sites import APPLICATION as APPLICATION_WORDS
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


POOL_PAGE = grid_page("pool_settings", "Advanced Settings: {detail}", _SENTENCE, _pool, POOL, POOLS)
SITE_PAGE = grid_page("site_settings", "Advanced Settings: {site}", _SENTENCE, _site, SITE_WORDS, SITES)
APPLICATION_PAGE = grid_page("application_settings", "Advanced Settings: {site}{app}", _SENTENCE, _application, APPLICATION_WORDS, SITES)
