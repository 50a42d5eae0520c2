"""appcmd: IIS's own command line, on the files and on the running service. One object a file; the register is their list.

Knows nothing itself. Look next at grammar.py (what was typed) and program.py (what is done with it).
"""

from __future__ import annotations

#: Object (singular, lower case) → (module, verbs).
OBJECTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "apppool": ("console.cli.appcmd.apppool", ("list", "set", "start", "stop", "recycle")),
    "site": ("console.cli.appcmd.site", ("list", "start", "stop")),
    "app": ("console.cli.appcmd.app", ("list",)),
    "module": ("console.cli.appcmd.module", ("list",)),
    "wp": ("console.cli.appcmd.wp", ("list",)),
}
