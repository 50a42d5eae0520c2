"""The commands of `poolhouse`, in the order in which help lists them: name → (module, one line). Nothing is imported here.

Knows no argument of any command: a command's module has `arguments(parser)` and `run(options) -> int`.
Look next at command_line.py (dispatch) and output.py (exit codes, JSON, colour).
"""

from __future__ import annotations

COMMANDS: dict[str, tuple[str, str]] = {
    "serve": ("console.cli.serve", "run the service alone, until it is stopped"),
    "stop": ("console.cli.stop", "stop the service"),
    "status": ("console.cli.status", "pools, workers and sites; what is applied, what was refused and where"),
    "check": ("console.cli.check", "problems and migration findings, with file, line and column"),
    "trace": ("console.cli.trace", "send one request through its pool and print its trace"),
    "log": ("console.cli.log", "what applications print and raise: the pools' logs; --follow goes on"),
    "history": ("console.cli.history", "every change of the files: list, diff, restore"),
    "account": ("console.cli.account", "the accounts that may log on: add, list, remove"),
    "key": ("console.cli.key", "the keys of forms tickets: rotate, forget, list"),
    "certificate": ("console.cli.certificate", "what https bindings show: new, import, list, remove, bind, unbind"),
    "new": ("console.cli.new", "make a configuration that runs"),
}
