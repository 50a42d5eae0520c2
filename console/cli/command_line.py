"""Dispatch: which command was meant, its arguments, its exit code. `poolhouse [CONFIG]` without a command opens the console.

Knows no command's work. Imports only the command that was asked for, so that help is there at once and `serve` meets no Textual.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from console.cli import COMMANDS
from console.cli.output import USAGE, Ended, words

OPEN = "console.cli.open"


def run(arguments: Sequence[str]) -> int:
    """The exit code of `poolhouse ARGUMENTS`. Never raises for what a user can cause."""
    name = arguments[0] if arguments else ""
    try:
        if name in COMMANDS:
            return _run_command(COMMANDS[name][0], f"poolhouse {name}", arguments[1:], COMMANDS[name][1])
        return _run_command(OPEN, "poolhouse", arguments, "IIS Manager for the terminal, with the server inside.")
    except Ended as ended:
        words(ended.words)
        return ended.code
    except PermissionError as error:
        return _refused(error, "it is another user's, or it may not be written; sudo, or another place, would help")
    except (FileNotFoundError, FileExistsError, NotADirectoryError, IsADirectoryError) as error:
        return _refused(error, "name another place")
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read the results has gone: nothing more to say, and nothing for the interpreter to flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _refused(error: OSError, help: str) -> int:
    """A file that cannot be used, where the command itself did not say so."""
    words(f"{error.filename or 'a file'}: {error.strerror or error}: {help}")
    return USAGE


def _run_command(module_name: str, program: str, arguments: Sequence[str], about: str) -> int:
    module = importlib.import_module(module_name)
    parser = argparse.ArgumentParser(prog=program, description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    if module_name == OPEN:
        parser.epilog = _listed_commands()
        parser.add_argument("--version", action="version", version=_version())
    module.arguments(parser)
    try:
        options = parser.parse_args(list(arguments))
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else USAGE
    return int(module.run(options))


def _listed_commands() -> str:
    rows = [f"  {name:12}{about}" for name, (_, about) in COMMANDS.items()]
    return "commands:\n" + "\n".join(rows) + "\n\npoolhouse COMMAND --help tells more. appcmd is a program of its own."


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"poolhouse {version('poolhouse')}"
    except PackageNotFoundError:
        return "poolhouse, from its source"
