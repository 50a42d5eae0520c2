"""The list pages in the order in which they are met: id → "file:NAME". Nothing is imported before it is opened.

Knows no page's content. A new page is one file here and one line below (ARCHITECTURE.md, six steps).
"""

from __future__ import annotations

import functools
import importlib

from console.listing import ListPage
from console.places import Place
from console.property_page import FormPage

PAGES = {
    "server": "server:PAGE",
    "pools": "application_pools:PAGE",
    "sites": "sites:PAGE",
    "site": "site:PAGE",
    "application": "site:APPLICATION",
    "folder": "site:FOLDER",
    "content": "content:PAGE",
    "modules": "modules:PAGE",
    "handlers": "handlers:PAGE",
    "problems": "problems:PAGE",
    "migration": "migration:PAGE",
    "default_document": "default_document:PAGE",
    "static_content": "static_content:PAGE",
    "http_protocol": "http_protocol:PAGE",
    "http_errors": "http_errors:PAGE",
    "authentication": "authentication:PAGE",
    "authorization": "authorization:PAGE",
    "web_authorization": "web_authorization:PAGE",
    "request_filtering": "request_filtering:PAGE",
    "ip_security": "ip_security:PAGE",
    "isapi_cgi_restriction": "isapi_cgi_restriction:PAGE",
    "app_settings": "app_settings:PAGE",
    "connection_strings": "connection_strings:PAGE",
    "directory_browse": "directory_browse:PAGE",
    "session_state": "session_state:PAGE",
    "http_logging": "http_logging:PAGE",
    "http_redirect": "http_redirect:PAGE",
    "http_compression": "http_compression:PAGE",
    "output_caching": "output_caching:PAGE",
    "fast_cgi": "fast_cgi:PAGE",
    "isapi_filters": "isapi_filters:PAGE",
    "cgi": "cgi:PAGE",
    "rewrite": "rewrite:PAGE",
    "trace_failed_requests": "trace_failed_requests:PAGE",
    "dynamic_ip_security": "dynamic_ip_security:PAGE",
    "logs": "logs:PAGE",
    "history": "history:PAGE",
    "difference": "history:DIFFERENCE",
    "delegation": "delegation:PAGE",
    "server_certificates": "server_certificates:PAGE",
    "ssl_settings": "ssl_settings:PAGE",
    "applications": "applications:PAGE",
    "virtual_directories": "virtual_directories:PAGE",
    "worker_processes": "worker_processes:PAGE",
    "requests": "worker_processes:REQUESTS",
    "configuration_editor": "configuration_editor:PAGE",
    "section": "configuration_editor:SECTION",
    "entries": "configuration_editor:ENTRIES",
    "pool_settings": "advanced_settings:POOL_PAGE",
    "site_settings": "advanced_settings:SITE_PAGE",
    "application_settings": "advanced_settings:APPLICATION_PAGE",
    "directory_settings": "advanced_settings:DIRECTORY_PAGE",
    "pool_defaults": "advanced_settings:POOL_DEFAULTS",
    "site_defaults": "advanced_settings:SITE_DEFAULTS",
    "application_defaults": "advanced_settings:APPLICATION_DEFAULTS",
    "directory_defaults": "advanced_settings:DIRECTORY_DEFAULTS",
    "bindings": "bindings:PAGE",
}
#: The section whose file the status bar names where a page edits none of its own.
SECTION = "system.webServer/modules"


@functools.cache
def page(name: str) -> ListPage | FormPage:
    """The declaration of a page. Raises KeyError for what is none."""
    file, _, value = PAGES[name].partition(":")
    declared = getattr(importlib.import_module(f"console.pages.{file}"), value)
    assert isinstance(declared, (ListPage, FormPage))
    return declared


def section_of(place: Place) -> str:
    """The section that an edit made at a place goes to."""
    return (page(place.page).section if place.page in PAGES else "") or SECTION
