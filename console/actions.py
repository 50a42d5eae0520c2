"""The action table: one row feeds the keys, the key bar, the Actions pane, the palette, the `?` sheet and docs/keys.md.

Knows no widget and does nothing itself: what an action does is in screens/deeds.py under the same id.
One key, one verb, everywhere: tests/unit/console/test_actions.py holds the table to that.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Action:
    """`places`: pages it belongs to (empty: all). `kinds`: what must be selected (empty: nothing needed).

    `group` is its heading in the Actions pane; "" leaves it out of the pane (keys and palette only). `bar` orders the key bar, 0 is not in it.
    """

    id: str
    label: str
    key: str
    group: str = ""
    places: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    help: str = ""
    bar: int = 0
    #: The label in the key bar, where the pane's is too long.
    short: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(key for key in self.key.split(",") if key)

    @property
    def key_shown(self) -> str:
        return shown_key(self.keys[0]) if self.keys else ""

    def belongs(self, page: str) -> bool:
        return not self.places or page in self.places


_KEY_NAMES = {
    "plus": "+", "delete": "Del", "enter": "↵", "escape": "Esc", "slash": "/", "question_mark": "?", "colon": ":", "comma": ",",
    "less_than_sign": "<", "greater_than_sign": ">", "alt+up": "alt+↑", "alt+down": "alt+↓", "alt+left": "alt+←", "alt+right": "alt+→",
    "space": "space", "backspace": "Bksp", "tab": "Tab", "f1": "F1", "f2": "F2", "f5": "F5", "f6": "F6",
}  # fmt: skip


def shown_key(key: str) -> str:
    """Textual's name of a key as a person reads it."""
    return _KEY_NAMES.get(key) or key.replace("ctrl+", "^")


#: Pages whose rows are entries of the configuration's lists (console/collection.py); those whose rows are single settings.
ENTRIES = ("default_document", "static_content", "http_protocol", "http_errors", "authorization", "web_authorization", "request_filtering",
           "isapi_cgi_restriction", "ip_security", "app_settings", "connection_strings", "output_caching", "fast_cgi", "isapi_filters", "rewrite",
           "entries")  # fmt: skip
#: Those of them with settings beside the list (ListPage.settings).
SETTLED = ("default_document", "static_content", "http_protocol", "http_errors", "authorization", "request_filtering", "isapi_cgi_restriction",
           "ip_security", "output_caching")  # fmt: skip
GRIDS = ("pool_settings", "site_settings", "application_settings", "directory_settings", "pool_defaults", "site_defaults",
         "application_defaults", "directory_defaults", "section")  # fmt: skip
#: Property pages with a draft (console/property_page.py).
FORMS = ("ssl_settings", "directory_browse", "session_state", "http_logging", "http_redirect", "http_compression", "cgi", "dynamic_ip_security")
TRACES = ("trace_failed_requests",)
FEATURES = (*ENTRIES, *TRACES, "authentication")
#: The configuration's past, and who may change what.
PAST, DELEGATION = ("history",), ("delegation",)
LOGS = ("logs",)
#: What changes between the modes.
MIGRATION = ("migration",)
#: The parts of sites; what runs; all sections.
PARTS = ("applications", "virtual_directories")
CERTIFICATES = ("server_certificates",)
OTHERS = (*PARTS, *CERTIFICATES, "bindings", "worker_processes", "requests", "configuration_editor", *PAST, "difference", *DELEGATION, *LOGS)
RULES = ("authorization", "web_authorization", "ip_security")
ORDERED = ("default_document", "handlers", "web_authorization", "ip_security", "isapi_filters", "rewrite", *TRACES, "entries")
#: Lists whose entries, or whose section, can be switched on and off.
SWITCHED = ("authentication", "default_document", "isapi_filters", "isapi_cgi_restriction", "rewrite", "output_caching", "http_logging")
POOLS, SITES, HANDLERS = ("pools",), ("sites",), ("handlers",)
LISTS = (
    "pools",
    "sites",
    "site",
    "folder",
    "content",
    "modules",
    "handlers",
    "problems",
    *MIGRATION,
    "server",
    "application",
    *FEATURES,
    *GRIDS,
    *OTHERS,
)
SITE = ("sites", "site", "application")
HOMES = (*SITE, "folder")
LIVE = ("live",)
MODULES = ("modules",)

ACTIONS: tuple[Action, ...] = (
    # --- running what was opened ---
    Action("restart_server", "Restart", "", "Manage Server", ("server",), help="Stop every site and pool, and start again what ran."),
    Action("start_service", "Start", "", "Manage Server", ("server",),
           help="Run the configuration that is open (opening is not running); after Stop, what ran before."),
    Action("stop_server", "Stop", "", "Manage Server", ("server",), help="Stop every site and pool: no address is listened on. Asks first."),
    Action("map_drives", "Map Drives…", "", "Service", ("server",), help="Say which folder a drive letter or a variable means here."),
    Action("map_ports", "Map Ports…", "", "Service", ("server",), help="Listen on other ports than the bindings name."),
    # --- application pools ---
    Action("add_pool", "Add Application Pool…", "plus", "Actions", POOLS, help="A new pool: name, .NET CLR version, pipeline mode."),
    Action("start", "Start", "S", "Tasks", ("pools", "sites", "site"), ("pool", "site"), help="Start the selected pool or site."),
    Action("stop", "Stop", "X", "Tasks", ("pools", "sites", "site"), ("pool", "site"), help="Stop it. Asks where requests are under way."),
    Action("restart", "Restart", "", "Tasks", ("sites", "site"), ("site",),
           help="Stop the site and start it again. Asks where requests are under way."),
    Action("recycle", "Recycle", "R", "Tasks", ("pools", "sites", "site", "application", "live"), ("pool", "site", "application", "request"),
           "Replace the pool's workers, with overlap: no request is lost.", 2),
    Action("toggle_mode", "Toggle Pipeline Mode", "m", "Edit", ("pools", "sites", "site", "application", "applications", "live", "compare"),
           ("pool", "site", "application", "request"), "Switch the pool between Integrated and Classic. z undoes it.", 1, "Toggle mode"),
    Action("basic_settings", "Basic Settings…", "b", "Edit", ("pools", *HOMES), ("pool", "site", "application", "virtual_directory"),
           help="Of a pool: .NET CLR version and pipeline mode. Of a site: name, pool, folder, who reads it."),
    Action("recycling", "Recycling…", "", "Edit", POOLS, ("pool",), help="When workers are replaced, and which of that is logged."),
    Action("environment", "Environment Variables", "", "Edit", POOLS, ("pool",),
           help="What the workers find in their environment. VIRTUAL_ENV: the virtual environment that they run in."),
    Action("identity", "Identity…", "", "Edit", POOLS, ("pool",), help="The account that the workers run as."),
    Action("set_for_all", "Change a Setting of All…", "", "Edit", ("pools", "sites"), ("pool", "site"),
           help="One setting of every marked row: one preview, one change."),
    Action("set_defaults", "Set Defaults…", "", "Actions", ("pools", "sites", "applications", "virtual_directories"),
           help="What holds where a pool, a site, an application or a directory says nothing."),
    Action("rename", "Rename…", "f2", "Edit", (*POOLS, *SITES, *HANDLERS, "isapi_filters"), ("pool", "site", "entry"),
           help="A pool: every application's reference to it follows. A site: location tags under its old name stay."),
    Action("remove", "Remove", "delete", "Edit", ("pools", "modules", "handlers", "sites", *ENTRIES, *TRACES, *PARTS, "bindings", *CERTIFICATES,
                                                       *PAST),
           ("pool", "module", "site", "entry", "application", "virtual_directory", "binding", "certificate", "copy"),
           help="Remove it. Asks first."),
    Action("fix", "Fix…", "F", "Edit", MIGRATION, ("finding",), "Show the edit that settles it, and write it.", 2),
    Action("view_findings", "Pipeline Mode Findings", "", "View", (*POOLS, *SITE),
           help="What changes for the applications when the pool's mode does, and what settles it."),
    Action("view_log", "View Log", "L", "View", ("pools", "site", "application", "live"), ("pool", "site", "application", "request"),
           help="What the pool's workers wrote, newest last."),
    Action("view_live", "Live Requests", "l", "View", (*LISTS, "log", "source", "compare"),
           help="Live requests of what is selected.", bar=3, short="Live requests"),
    # --- sites ---
    Action("add_site", "Add Website…", "plus", "Actions", SITES, help="A new site: name, pool, folder, binding."),
    Action("bindings", "Bindings…", "", "Edit", (*SITE, "applications"), ("site", "application"), help="The addresses that the site answers at."),
    Action("add_binding", "Add Binding…", "plus", "Actions", ("bindings",), help="One more address of the site."),
    Action("edit_binding", "Edit…", "e", "Edit", ("bindings",), ("binding",), help="Type, address, port, host name, certificate."),
    Action("create_certificate", "Create Self-Signed Certificate…", "plus", "Actions", CERTIFICATES,
           help="One for development: clients trust it only where they are told to."),
    Action("import_certificate", "Import…", "", "Actions", CERTIFICATES, help="A certificate with its key: PEM or PKCS#12."),
    Action("view_certificate", "View…", "", "Edit", CERTIFICATES, ("certificate",),
           help="Whose it is, for which names, until when; key, fingerprints, chain, and what it serves."),
    Action("export_certificate", "Export…", "E", "Edit", CERTIFICATES, ("certificate",), help="Into a file: PKCS#12 or PEM, with its key or not."),
    Action("renew_certificate", "Renew…", "", "Edit", CERTIFICATES, ("certificate",),
           help="A self-signed one for the same names, with a new key of the same kind; bindings follow."),
    Action("copy_address", "Copy Address", "", "Browse", SITE, ("site", "application"), help="Copy the first address of the site."),
    Action("site_tracing", "Failed Request Tracing…", "", "Configure", SITE[:2], ("site",), help="Whether trace files are kept, where, how many."),
    Action("site_limits", "Limits…", "", "Configure", SITE[:2], ("site",), help="Connections, bandwidth, time-out of the site."),
    Action("site_hsts", "HSTS…", "", "Configure", SITE[:2], ("site",), help="What browsers are told of https."),
    Action("view_requests", "View Current Requests", "", "View", ("worker_processes",), ("worker",), help="What the worker has under way."),
    Action("view_log_files", "View Log Files…", "", "View", ("http_logging",),
           help="The logs that are written: follow, filter, from a line to its trace."),
    Action("providers", "Providers…", "", "Edit", ("authentication",), ("authentication",),
           help="Of Windows Authentication: what it offers, in its order."),
    Action("content_view", "Content View", "", "View", HOMES, help="The folders and files behind this site, application or folder."),
    Action("features_view", "Features View", "", "View", ("content",), help="The features of the folder that is selected, else of this one."),
    Action("view_modules", "Modules", "", "View", SITE, ("site", "application"), help="The modules in force here, in their order."),
    Action("view_handlers", "Handler Mappings", "", "View", SITE, ("site", "application"), help="The handler mappings in force here."),
    # --- modules ---
    Action("add_module", "Add Managed Module…", "plus", "Actions", MODULES, help="Add a managed module to this level."),
    Action("native_modules", "Configure Native Modules…", "", "Actions", MODULES, help="Enable registered native modules at this level."),
    Action("register_module", "Register Native Module…", "", "Actions", MODULES, help="Name a native module and its file for the whole server."),
    Action("edit_module", "Edit…", "e", "Edit", MODULES, ("module",), help="Change a managed module's type or precondition."),
    Action("move_up", "Move Up", "alt+up,K", "Order", (*MODULES, *ORDERED), ("module", "entry"),
           help="Earlier in the order. Only among the entries of this level."),
    Action("move_down", "Move Down", "alt+down,J", "Order", (*MODULES, *ORDERED), ("module", "entry"), help="Later in the order."),
    Action("ordered", "View Ordered List", "o", "Order", (*MODULES, *ORDERED), help="In the order in which they run, or grouped."),
    # --- handler mappings ---
    Action("add_managed_handler", "Add Managed Handler…", "plus", "Actions", HANDLERS, help="A Python callable or class answers a path."),
    Action("add_script_map", "Add Script Map…", "", "Actions", HANDLERS, help="A program answers a path: ISAPI or CGI."),
    Action("add_wildcard_map", "Add Wildcard Script Map…", "", "Actions", HANDLERS, help="An ISAPI program sees every request."),
    Action("add_module_mapping", "Add Module Mapping…", "", "Actions", HANDLERS, help="A native module answers a path."),
    Action("edit_handler", "Edit…", "e", "Edit", HANDLERS, ("entry",), help="Path, what answers, request restrictions."),
    Action("feature_permissions", "Edit Feature Permissions…", "", "Actions", HANDLERS, help="Read, script and execute: what mappings may need."),
    # --- applications and virtual directories ---
    Action("add_application", "Add Application…", "plus", "Actions", ("applications",), help="A new application of this site: alias, pool, folder."),
    Action("convert_to_application", "Convert to Application…", "", "Edit", ("content", "folder", "virtual_directories"),
           ("content", "virtual_directory"), help="The folder, or the virtual directory, gets a pool of its own choosing."),
    Action("add_directory", "Add Virtual Directory…", "plus", "Actions", ("virtual_directories",), help="A folder that answers for a path."),
    Action("edit_application", "Edit…", "e", "Edit", ("applications",), ("application",), help="The application's pool and folder."),
    Action("edit_directory", "Edit…", "e", "Edit", ("virtual_directories",), ("virtual_directory",), help="The folder that answers."),
    Action("view_applications", "View Applications", "", "View", (*POOLS, *SITE), help="The applications of this pool, of this site, or of all."),
    Action("view_directories", "View Virtual Directories", "", "View", (*SITE, "applications"), help="Which folder answers for which path."),
    # --- settings ---
    Action("advanced_settings", "Advanced Settings…", "v", "Edit", ("pools", *HOMES, *PARTS, "handlers", *ENTRIES, *TRACES),
           ("pool", "site", "application", "virtual_directory", "entry"),
           "Everything that can be set for it, by category."),
    Action("reset", "Reset", "delete", "Edit", GRIDS, ("setting",), help="Take the value away: what is inherited, or the default, holds."),
    # --- entries of any list ---
    Action("add_entry", "Add…", "plus", "Actions", ENTRIES, help="Add an entry to this list, at this level."),
    Action("add_other", "Add Deny Rule…", "", "Actions", RULES, help="Add a rule that denies."),
    Action("feature_settings", "Edit Feature Settings…", "", "Actions", SETTLED, help="What the section says beside its list."),
    Action("common_headers", "Set Common Headers…", "", "Actions", ("http_protocol",),
           help="Keep-alive, and when clients have to ask again for static content."),
    Action("dynamic_settings", "Edit Dynamic Restriction Settings…", "", "Actions", ("ip_security",),
           help="Clients that ask too often, or too much at once."),
    Action("enable", "Enable", "", "Tasks", SWITCHED, help="Switch it on here."),
    Action("disable", "Disable", "", "Tasks", SWITCHED, help="Switch it off here."),
    Action("edit_entry", "Edit…", "e", "Edit", (*ENTRIES, *GRIDS, "authentication"), ("entry", "setting", "list", "authentication"),
           "Change what is selected; of a list in a grid, its entries."),
    Action("apply_draft", "Apply", "ctrl+s", "Actions", FORMS, help="Write what was changed on this page, as one change.", bar=1),
    Action("cancel_draft", "Cancel", "", "Actions", FORMS, help="Take back what was changed on this page and not applied."),
    Action("revert", "Revert To Parent", "", "Edit", (*FEATURES, *FORMS, "handlers", "modules", "section"),
           help="Take away what this level says; what is above holds."),
    Action("lock", "Lock", "", "Edit", ("section", "entries", "modules", "handlers", *ENTRIES[:-1]), ("setting", "list", "entry", "module"),
           "Keep it as it is for the levels below: a setting, an entry, a list."),
    Action("unlock", "Unlock", "", "Edit", ("section", "entries", "modules", "handlers", *ENTRIES[:-1]), ("setting", "list", "entry", "module"),
           "Let the levels below change it."),
    Action("lock_section", "Lock Section", "", "Edit", ("configuration_editor", "section"), help="No web.config below may speak of it."),
    Action("unlock_section", "Unlock Section", "", "Edit", ("configuration_editor", "section"), help="web.config files below may set it."),
    Action("commit_to", "From…", "", "Actions", ("configuration_editor", "section", "entries"),
           help="Which file, and which location tag in it, edits go to: this level's own or one above."),
    Action("generate_script", "Generate Script…", "", "Actions", ("configuration_editor", "section", "entries", *FORMS),
           help="What is not applied yet, what I changed here, or all that is set here: as appcmd lines and as Python."),
    Action("add_trace", "Add…", "plus", "Actions", TRACES, help="A new rule, by a wizard: content, conditions, providers."),
    Action("edit_trace", "Edit…", "e", "Edit", TRACES, ("entry",), "Content, conditions and providers of the rule."),
    Action("edit_site_tracing", "Edit Site Tracing…", "", "Actions", TRACES,
           help="The site's own switch: where trace files go, and how many are kept."),
    # --- the past, and delegation ---
    Action("add_backup", "Add Backup…", "plus", "Actions", PAST, help="Keep applicationHost.config as it is now, under a name."),
    Action("show_difference", "Show Difference", "", "Actions", PAST, ("change", "copy"),
           "What a change did; with two marked, all between them; what changed since a copy."),
    Action("restore", "Restore…", "", "Edit", PAST, ("change", "copy"), "Have the files as they once were. z takes it back."),
    Action("delegate_write", "Read/Write", "", "Tasks", DELEGATION, ("delegation",), "Let web.config files below set it."),
    Action("delegate_read", "Read Only", "", "Tasks", DELEGATION, ("delegation",), "Lock it for the levels below."),
    Action("delegate_none", "Not Delegated", "", "Tasks", DELEGATION, ("delegation",),
           "Lock it, and hide it from those who manage a site with IIS Manager (administration.config)."),
    Action("delegate_inherit", "Reset to Inherited", "", "Tasks", DELEGATION, ("delegation",), "Take back what this level says of it."),
    Action("delegate_reset", "Reset All Delegation…", "", "Actions", DELEGATION, help="Take back what this level says of every feature."),
    # --- live requests ---
    Action("pause", "Pause", "p", "Actions", LIVE, help="Freeze the view; requests are still taken in.", bar=5),
    Action("follow", "Follow", "f", "Actions", LIVE, help="Stay at the newest request.", bar=6),
    Action("capture", "Capture Heads and Bodies", "k", "Actions", LIVE,
           help="Keep what comes and goes, in memory, while requests are in sight: to look at, to send again. Or do not."),
    Action("clear", "Clear List", "", "Actions", LIVE, help="Empty the list."),
    Action("search", "Search…", "ctrl+f", "Find", LIVE, help="Find without hiding, in the filter's language; then n and N."),
    Action("pin", "Pin", "P", "This Request", LIVE, ("request",), help="Keep this request above the list, whatever the filter says."),
    Action("columns", "Columns…", "", "View", (*LISTS, *LIVE), help="Choose the columns of the list; they are kept."),
    Action("figures", "Figures", "g", "View", LIVE, help="Requests, errors and percentiles of each mode and pool."),
    Action("compare", "Compare in Both Modes", "c", "This Request", ("live", "compare"), ("request",),
           "Run this request in a shadow worker of the other mode and lay both traces side by side.", 4, "Compare"),
    Action("replay", "Replay", "r", "This Request", ("live", "compare"), ("request",), help="Send the same request again."),
    Action("step_source", "Go to Configuration", "", "This Request", LIVE, ("step",), help="Enter on a step: the line that decided it."),
    Action("copy_curl", "Copy as curl", "", "This Request", LIVE, ("request",), help="The request as a curl command."),
    Action("export", "Export…", "E", "This Request", ("live", "compare"), ("request",), help="Write the trace as JSON into the current folder."),
    Action("scale", "Equal · log · linear", "w", "Scale", LIVE, help="How long a step's bar is."),
    # --- compare ---
    Action("next", "Next", "n", "Find", ("compare", "source", "log", "live"), help="Next difference or match."),
    Action("previous", "Previous", "N", "Find", ("compare", "source", "log", "live"), help="Previous difference or match."),
    Action("only_differences", "Only What Differs", "d", "Find", ("compare", *GRIDS),
           help="Hide what is the same in both modes; in a grid, what has its default.", bar=5, short="Differences"),
    Action("swap", "Swap Sides", "i", "Find", ("compare",), help="Integrated right, Classic left."),
    # --- lists ---
    Action("open_pager", "Open in $PAGER", "", "View", ("log", "source"), help="Read the file in your own pager; the terminal is lent to it."),
    Action("open_editor", "Edit in $EDITOR", "e", "Edit", ("source",), help="Edit the file with your own editor; it is read again afterwards."),
    Action("line_requests", "Requests of This URL", "", "View", ("log",), help="Live requests of the URL that a W3C or HTTPERR line names."),
    Action("filter", "Filter…", "slash", "", (*LISTS, "live", "log", "source"),
           help="Type to narrow the list.", bar=7, short="Filter"),
    Action("sort", "Sort by Next Column", "s", "", (*LISTS, "live"), help="Sort by the next column; at the end, the other way round."),
    Action("group", "Group by", "u", "", LISTS, help="Group by the next field."),
    Action("icons", "Icons or List", "", "View", ("server", "site", "application", "folder"),
           help="Features as icons, or as a list with what each is for."),
    Action("mark", "Mark", "space", "", ("pools", "sites", *PAST, *DELEGATION, *MIGRATION),
           ("pool", "site", "change", "copy", "delegation", "finding"),
           help="Mark several rows; verbs act on all of them. shift+↑ and shift+↓ mark on the way."),
    # --- everywhere ---
    Action("tour", "Play the Tour", "", "Service", ("server", "live"), help="Send a few requests to the sites; select one whose modes differ."),
    Action("undo", "Undo", "z", "", help="Undo my newest change of the configuration.", bar=8),
    Action("redo", "Redo", "Z", "", help="Make it again."),
    Action("view_source", "Configuration Source", "", "View", (*LISTS, *FORMS),
           help="The file behind what is selected, at its line."),
    Action("back", "Back", "alt+left,less_than_sign", "", help="The page before."),
    Action("forward", "Forward", "alt+right,greater_than_sign", "", help="The page after."),
    Action("up", "Up One Level", "backspace", "", help="The level above."),
    Action("next_pane", "Next Pane", "f6", "", help="Go round the panes."),
    Action("tree", "Connections", "t", "", help="To the tree; a drawer where it has no room."),
    Action("actions_menu", "Actions", "a", "", help="To the actions; a menu where they have no room."),
    Action("copy", "Copy…", "y", "", help="What has the focus as text: selection, row, cell, URL, curl, XML, appcmd line. A file holds it too."),
    Action("mouse", "Mouse to the Terminal", "ctrl+o", "", help="The terminal selects and copies by itself, until the next key."),
    Action("go_to", "Go To…", "ctrl+g", "", help="What lies below this level: the address bar's drop-down."),
    Action("settings", "Settings…", "comma", "", help="Theme, shapes, what is asked, what was remembered."),
    Action("theme", "Next Theme", "", "", help="Server 2008, IIS dark, high contrast, blue and orange, the terminal's own colours."),
    Action("palette", "Palette", "ctrl+p,colon", "", help="Every action and place by its name.", bar=9),
    Action("keys", "Keys", "question_mark", "", help="The keys of this page.", bar=10),
    Action("help", "Help", "f1", "Help", help="What this page is for."),
    Action("quit", "Quit", "q", "", help="End the console; asks whether the service goes on."),
)  # fmt: skip

#: Keys of the widgets themselves, for the `?` sheet and docs/keys.md.
WIDGET_KEYS = (
    ("Tab", "next control"), ("↑ ↓ PgUp PgDn Home End", "move the cursor"), ("← →", "fold, unfold a node"),
    ("Enter", "open; on a trace step, its configuration line"), ("Esc", "close the top thing; then marks go, then the filter"),
)  # fmt: skip


def by_id(name: str) -> Action:
    return next(action for action in ACTIONS if action.id == name)


def of_page(page: str) -> tuple[Action, ...]:
    return tuple(action for action in ACTIONS if action.belongs(page))


def key_bar(page: str) -> tuple[Action, ...]:
    """The key bar's actions in their order; the place of each stays the same from page to page where it is there."""
    return tuple(sorted((action for action in of_page(page) if action.bar), key=lambda action: action.bar))
