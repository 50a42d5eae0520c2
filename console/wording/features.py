"""The features of the home pages: name, area, where they are found, one sentence each. Data only.

Features without a page here stand in the list too, dimmed, with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass

SERVER, SITE, BOTH = ("server",), ("site",), ("server", "site")


@dataclass(frozen=True, slots=True)
class Feature:
    """`page` is the id of the page that it opens; "" where this console has none, then `missing` says why."""

    page: str
    name: str
    area: str
    about: str
    scopes: tuple[str, ...] = BOTH
    missing: str = ""

    @property
    def category(self) -> str:
        """IIS Manager's other grouping: by what a feature is for."""
        return next((category for category, names in _CATEGORIES.items() if self.name in names), self.area)


_CLR = "settings of the .NET Framework, which Python applications do not read: kept as it is"
_WINDOWS = "a service of Windows that this server does not have"
_NOT_YET = "not executed by this server, and it has no page of its own: the Configuration Editor changes it"

#: Category → its features; what is in none stands under its area.
_CATEGORIES = {
    "Application Development": (
        "ASP", "CGI", "FastCGI Settings", "ISAPI Filters", ".NET Compilation", ".NET Globalization", ".NET Profile", "Application Settings",
        "Connection Strings", "Pages and Controls", "Providers", "Session State", "SMTP E-mail", "Applications",
    ),
    "Health and Diagnostics": (
        "Failed Request Tracing Rules", "Logging", "Live Requests", "Problems", "Pipeline Mode Findings", "Worker Processes", "Configuration History",
        "Logs", ".NET Error Pages",
    ),
    "HTTP Features": (
        "Default Document", "Directory Browsing", "Error Pages", "HTTP Redirect", "HTTP Response Headers", "MIME Types", "URL Rewrite",
        "WebDAV Authoring Rules",
    ),
    "Performance": ("Compression", "Output Caching"),
    "Security": (
        "Authentication", "Authorization Rules", "IP Address and Domain Restrictions", "ISAPI and CGI Restrictions", "Request Filtering",
        "Server Certificates", "SSL Settings", ".NET Authorization Rules", ".NET Roles", ".NET Trust Levels", ".NET Users", "Machine Key",
    ),
    "Server Components": ("Application Pools", "Sites", "Handler Mappings", "Modules", "Configuration Editor", "Configuration Source"),
}  # fmt: skip
CATEGORIES = tuple(_CATEGORIES)

FEATURES = (
    Feature("live", "Live Requests", "Poolhouse", "Every request as it passes module after module, in either pipeline", SERVER),
    Feature("live", "Live Requests", "Poolhouse", "The requests of this site as they pass", SITE),
    Feature("problems", "Problems", "Poolhouse", "What is wrong in the files, with line and reason"),
    Feature("migration", "Pipeline Mode Findings", "Poolhouse", "What changes when a pool's mode does, and what settles it"),
    # --- IIS ---
    Feature("pools", "Application Pools", "IIS", "Worker processes, their pipeline mode, identity and health", SERVER),
    Feature("sites", "Sites", "IIS", "Addresses, applications and folders", SERVER),
    Feature("", "ASP", "IIS", "Classic ASP pages", missing="no ASP engine runs here: kept as it is"),
    Feature("authentication", "Authentication", "IIS", "How a user says who they are"),
    Feature("authorization", "Authorization Rules", "IIS", "Who may ask for what, decided by the native pipeline"),
    Feature("cgi", "CGI", "IIS", "Programs started for each request"),
    Feature("http_compression", "Compression", "IIS", "Smaller answers for clients that can unpack them"),
    Feature("default_document", "Default Document", "IIS", "What answers for a folder"),
    Feature("directory_browse", "Directory Browsing", "IIS", "A list of the files where nothing else answers for a folder"),
    Feature("http_errors", "Error Pages", "IIS", "What replaces a bare error status"),
    Feature("trace_failed_requests", "Failed Request Tracing Rules", "IIS", "Traces of what went wrong; here Live Requests has every one"),
    Feature("fast_cgi", "FastCGI Settings", "IIS", "Processes that answer by FastCGI", SERVER),
    Feature("handlers", "Handler Mappings", "IIS", "Which program answers which path"),
    Feature("http_redirect", "HTTP Redirect", "IIS", "Another address for what was asked"),
    Feature("http_protocol", "HTTP Response Headers", "IIS", "What is added to every answer"),
    Feature("ip_security", "IP Address and Domain Restrictions", "IIS", "Which clients are let in"),
    Feature("isapi_cgi_restriction", "ISAPI and CGI Restrictions", "IIS", "Which programs a handler mapping may start", SERVER),
    Feature("isapi_filters", "ISAPI Filters", "IIS", "Native filters of IIS 6"),
    Feature("http_logging", "Logging", "IIS", "What is written of each request, and where"),
    Feature("static_content", "MIME Types", "IIS", "The content type of each file name extension"),
    Feature("modules", "Modules", "IIS", "What runs in the pipeline of every request, in which order", SERVER),
    Feature("modules", "Modules", "IIS", "What runs in the pipeline here, inherited or added", SITE),
    Feature("output_caching", "Output Caching", "IIS", "Answers kept for the next client"),
    Feature("request_filtering", "Request Filtering", "IIS", "What is refused before any other module sees it"),
    Feature("server_certificates", "Server Certificates", "IIS", "Keys and certificates for https", SERVER),
    Feature("ssl_settings", "SSL Settings", "IIS", "Whether https is required here", SITE),
    Feature("rewrite", "URL Rewrite", "IIS", "Rules that change the address"),
    Feature("", "WebDAV Authoring Rules", "IIS", "Who may change files over HTTP", missing=_NOT_YET),
    Feature("worker_processes", "Worker Processes", "IIS", "What runs now, and its requests", SERVER),
    # --- ASP.NET ---
    Feature("web_authorization", ".NET Authorization Rules", "ASP.NET", "Who may reach managed content"),
    Feature("", ".NET Compilation", "ASP.NET", "How pages are compiled", missing=_CLR),
    Feature("", ".NET Error Pages", "ASP.NET", "What managed code shows for its errors", missing=_CLR),
    Feature("", ".NET Globalization", "ASP.NET", "Cultures and encodings", missing=_CLR),
    Feature("", ".NET Profile", "ASP.NET", "What is kept of each user", SITE, _CLR),
    Feature("", ".NET Roles", "ASP.NET", "Groups of users", SITE, _CLR),
    Feature("", ".NET Trust Levels", "ASP.NET", "What managed code may do", missing=_CLR),
    Feature("", ".NET Users", "ASP.NET", "Users of the membership database", SITE, _CLR),
    Feature("app_settings", "Application Settings", "ASP.NET", "Names and values that an application may read"),
    Feature("connection_strings", "Connection Strings", "ASP.NET", "How applications reach their databases"),
    Feature("", "Machine Key", "ASP.NET", "The keys of tickets and view state", missing=_CLR),
    Feature("", "Pages and Controls", "ASP.NET", "Defaults of Web Forms", missing=_CLR),
    Feature("", "Providers", "ASP.NET", "Where users, roles and profiles are kept", missing=_CLR),
    Feature("session_state", "Session State", "ASP.NET", "What is remembered between two requests of a user"),
    Feature("", "SMTP E-mail", "ASP.NET", "Where managed code sends mail", missing=_CLR),
    # --- Management ---
    Feature("configuration_editor", "Configuration Editor", "Management", "Every section by its schema"),
    Feature("logs", "Logs", "Poolhouse", "What workers, sites and the service write: follow, filter, open", SERVER),
    Feature("history", "Configuration History", "Management", "Every change with its author, what it did, and the way back", SERVER),
    Feature("delegation", "Feature Delegation", "Management", "Which sections a web.config may set"),
    Feature("", "IIS Manager Permissions", "Management", "Who may manage a site", missing=_WINDOWS),
    Feature("", "IIS Manager Users", "Management", "Managers that are no users of Windows", SERVER, _WINDOWS),
    Feature("", "Management Service", "Management", "Management from afar", SERVER, "use ssh: there is no management port"),
    Feature("", "Shared Configuration", "Management", "One configuration for several servers", SERVER, "keep the folder under version control"),
    Feature("source", "Configuration Source", "Management", "applicationHost.config as it stands in the file", SERVER),
    Feature("source", "Configuration Source", "Management", "The web.config of this place", SITE),
)  # fmt: skip
SERVER_FEATURES = tuple(feature for feature in FEATURES if "server" in feature.scopes)
SITE_FEATURES = tuple(feature for feature in FEATURES if "site" in feature.scopes)
