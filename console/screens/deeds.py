"""What the actions do: id → function, in the order of the table. Every failure becomes a sentence here and nowhere else.

Knows no widget but the Desk. The deeds of one noun stand in a file of their own (pool_deeds.py, site_deeds.py …).
"""

from __future__ import annotations

import importlib
import traceback
from collections.abc import Awaitable, Callable

from console.browsing import BROWSE
from console.screens import save_deeds
from console.screens.desk import Desk
from console.session import NoService, NotWritten
from hwebcore.certificate_store import StoreFault
from hwebcore.client import NoService as ServiceGone
from hwebcore.client import Refused
from model.workspace import CannotEdit, UndoConflict

Deed = Callable[[Desk], Awaitable[None]]

#: id → file and function. Only the file of the noun is loaded: all of them are a third of a second, which the first key would wait.
DEEDS: dict[str, str] = {
    "start_service": "service_deeds.start_service",
    "stop_server": "service_deeds.stop_server",
    "restart_server": "service_deeds.restart_server",
    "map_ports": "service_deeds.map_ports",
    "map_drives": "service_deeds.map_drives",
    "add_pool": "pool_deeds.add_pool",
    "start": "pool_deeds.start",
    "stop": "pool_deeds.stop",
    "restart": "pool_deeds.restart",
    "recycle": "pool_deeds.recycle",
    "toggle_mode": "pool_deeds.toggle_mode",
    "basic_settings": "pool_deeds.basic_settings",
    "rename": "pool_deeds.rename",
    "recycling": "pool_deeds.recycling",
    "environment": "pool_deeds.environment",
    "identity": "pool_deeds.identity",
    "set_for_all": "bulk_deeds.set_for_all",
    "set_defaults": "setting_deeds.set_defaults",
    "bindings": "binding_deeds.bindings",
    "add_binding": "binding_deeds.add_binding",
    "edit_binding": "binding_deeds.edit_binding",
    "add_managed_handler": "handler_deeds.add_managed_handler",
    "add_script_map": "handler_deeds.add_script_map",
    "add_wildcard_map": "handler_deeds.add_wildcard_map",
    "add_module_mapping": "handler_deeds.add_module_mapping",
    "edit_handler": "handler_deeds.edit_handler",
    "feature_permissions": "handler_deeds.feature_permissions",
    "remove": "module_deeds.remove",
    "fix": "finding_deeds.fix",
    "view_findings": "finding_deeds.view_findings",
    "view_log": "view_deeds.view_log",
    "view_live": "view_deeds.view_live",
    "add_site": "site_deeds.add_site",
    "site_tracing": "site_deeds.site_tracing",
    "edit_site_tracing": "site_deeds.site_tracing",
    "site_limits": "site_deeds.site_limits",
    "site_hsts": "site_deeds.site_hsts",
    "copy_address": "copy_deeds.copy_address",
    "view_requests": "view_deeds.view_requests",
    "view_log_files": "view_deeds.view_log_files",
    "providers": "view_deeds.providers",
    "content_view": "view_deeds.content_view",
    "features_view": "view_deeds.features_view",
    "view_modules": "view_deeds.view_modules",
    "view_handlers": "view_deeds.view_handlers",
    "add_module": "module_deeds.add_module",
    "edit_module": "module_deeds.edit_module",
    "move_up": "module_deeds.move_up",
    "move_down": "module_deeds.move_down",
    "add_application": "application_deeds.add_application",
    "convert_to_application": "application_deeds.convert_to_application",
    "add_directory": "application_deeds.add_directory",
    "edit_application": "application_deeds.edit_application",
    "edit_directory": "application_deeds.edit_directory",
    "view_applications": "application_deeds.view_applications",
    "view_directories": "application_deeds.view_directories",
    "advanced_settings": "setting_deeds.advanced_settings",
    "reset": "setting_deeds.reset_settings",
    "add_entry": "entry_deeds.add_entry",
    "add_other": "entry_deeds.add_other",
    "edit_entry": "entry_deeds.edit_entry",
    "feature_settings": "entry_deeds.feature_settings",
    "common_headers": "header_deeds.common_headers",
    "enable": "entry_deeds.enable",
    "disable": "entry_deeds.disable",
    "revert": "entry_deeds.revert",
    "lock": "lock_deeds.lock",
    "unlock": "lock_deeds.unlock",
    "lock_section": "lock_deeds.lock_section",
    "unlock_section": "lock_deeds.unlock_section",
    "commit_to": "commit_deeds.commit_to",
    "generate_script": "script_deeds.generate_script",
    "native_modules": "native_module_deeds.native_modules",
    "register_module": "native_module_deeds.register_module",
    "dynamic_settings": "setting_deeds.dynamic_settings",
    "open_pager": "text_deeds.open_pager",
    "open_editor": "text_deeds.open_editor",
    "line_requests": "text_deeds.line_requests",
    "apply_draft": "form_deeds.apply_draft",
    "cancel_draft": "form_deeds.cancel_draft",
    "add_trace": "trace_deeds.add_trace",
    "edit_trace": "trace_deeds.edit_trace",
    "create_certificate": "certificate_deeds.create_certificate",
    "import_certificate": "certificate_deeds.import_certificate",
    "view_certificate": "certificate_deeds.view_certificate",
    "export_certificate": "certificate_deeds.export_certificate",
    "renew_certificate": "certificate_deeds.renew_certificate",
    "add_backup": "history_deeds.add_backup",
    "show_difference": "history_deeds.show_difference",
    "restore": "history_deeds.restore",
    "delegate_write": "delegation_deeds.delegate_write",
    "delegate_read": "delegation_deeds.delegate_read",
    "delegate_none": "delegation_deeds.delegate_none",
    "delegate_inherit": "delegation_deeds.delegate_inherit",
    "delegate_reset": "delegation_deeds.delegate_reset",
    "compare": "request_deeds.compare",
    "replay": "request_deeds.replay",
    "copy_curl": "copy_deeds.copy_curl",
    "copy": "copy_deeds.copy",
    "mouse": "view_deeds.mouse",
    "go_to": "view_deeds.go_to",
    "settings": "view_deeds.settings",
    "export": "request_deeds.export",
    "clear": "request_deeds.clear",
    "tour": "request_deeds.tour",
    "undo": "service_deeds.undo",
    "redo": "service_deeds.redo",
    "view_source": "view_deeds.view_source",
    "back": "view_deeds.back",
    "forward": "view_deeds.forward",
    "up": "view_deeds.up",
    "next_pane": "view_deeds.next_pane",
    "tree": "view_deeds.tree",
    "actions_menu": "view_deeds.actions_menu",
    "theme": "view_deeds.theme",
    "palette": "view_deeds.palette",
    "keys": "view_deeds.keys",
    "help": "view_deeds.help_sheet",
    "quit": "view_deeds.quit_console",
}
#: Verbs that are the page's own: methods named act_<id>.
OF_THE_PAGE = frozenset(
    {
        "filter",
        "sort",
        "group",
        "mark",
        "icons",
        "ordered",
        "pause",
        "follow",
        "scale",
        "next",
        "previous",
        "only_differences",
        "swap",
        "step_source",
        "search",
        "pin",
        "columns",
        "figures",
        "capture",
    }
)


def deed(name: str) -> Deed:
    file, _, function = DEEDS[name].partition(".")
    found: Deed = getattr(importlib.import_module(f"console.screens.{file}"), function)
    return found


async def perform(desk: Desk, name: str) -> None:
    """Do it; say what went wrong."""
    try:
        try:
            await _do(desk, name)
        except save_deeds.NotSaved as error:
            await save_deeds.settle(desk, error)  # an undo's: deeds that edit settle it where they save
    except NotWritten as error:
        if str(error):
            desk.say(str(error))
    except UndoConflict as error:  # of an undo that answered the first conflict: the text has moved on meanwhile
        desk.say(f"{error}. Undo that one first, or edit the file.", "warning")
    except (CannotEdit, Refused, NoService, ServiceGone, StoreFault, LookupError, ValueError, OSError, TimeoutError) as error:
        desk.say(str(error) or type(error).__name__, "error")
    except Exception as error:  # the one guard around deeds: a mistake of ours in one must not end the console
        desk.console.log(traceback.format_exc())
        desk.say(f"{name} failed: {type(error).__name__}: {error}", "error")


async def _do(desk: Desk, name: str) -> None:
    if name in OF_THE_PAGE:
        act = getattr(desk.page, f"act_{name}", None)
        waits = act() if act is not None else None
        if waits is not None:
            await waits
    elif name.startswith(BROWSE):
        from console.screens import browse_deeds

        await browse_deeds.browse(desk, name.removeprefix(BROWSE))
    else:
        await deed(name)(desk)
