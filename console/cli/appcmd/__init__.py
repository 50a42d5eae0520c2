"""appcmd: IIS's own command line, on the files and on the running service. One object a file; the register is their list.

Knows nothing itself. Look next at grammar.py (what was typed) and program.py (what is done with it).
"""

from __future__ import annotations

#: Object (singular, lower case) → (module, verbs).
OBJECTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "site": ("console.cli.appcmd.site", ("list", "add", "delete", "set", "start", "stop")),
    "app": ("console.cli.appcmd.app", ("list", "add", "delete", "set")),
    "vdir": ("console.cli.appcmd.vdir", ("list", "add", "delete", "set")),
    "apppool": ("console.cli.appcmd.apppool", ("list", "add", "delete", "set", "start", "stop", "recycle")),
    "config": ("console.cli.appcmd.config", ("list", "set", "search", "lock", "unlock", "clear", "migrate")),
    "wp": ("console.cli.appcmd.wp", ("list",)),
    "request": ("console.cli.appcmd.request", ("list",)),
    "backup": ("console.cli.appcmd.backup", ("list", "add", "delete", "restore")),
    "module": ("console.cli.appcmd.module", ("list", "add", "delete", "set", "install", "uninstall")),
}
