"""`poolhouse key rotate|forget|list`: the keys that forms tickets are sealed with, where an application has no machineKey of its own.

Knows the keys' file through hwebcore/instance_keys.py, and no ticket. A running service takes a change up within a second.
"""

from __future__ import annotations

import argparse

from console.cli.instance import add_config, locate
from console.cli.output import DONE, USAGE, Ended, as_json, line, words
from hwebcore.instance_keys import InstanceKeys
from hwebcore.platform import private_folder


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("rotate", "forget", "list"))
    add_config(parser)
    parser.add_argument("--json", action="store_true")


def run(options: argparse.Namespace) -> int:
    instance = locate(options.config)
    try:
        private_folder(instance.folders.state)
        keys = InstanceKeys(instance.folders.state)
        if options.action == "rotate":
            keys.rotate()
        elif options.action == "forget":
            keys.forget()
        keys.refresh()
    except OSError as error:
        raise Ended(USAGE, str(error)) from error
    former = len(keys.keys) - 1
    if options.json:
        event = {"rotate": "rotated", "forget": "forgotten", "list": "listed"}[options.action]
        as_json({"event": event, "former": former})
    elif options.action == "list":
        line("one key in force; ", former, f" before it still read{'s' if former == 1 else ''} tickets")
    elif options.action == "rotate":
        words(f"tickets are sealed with a new key; {former} before it still read{'s' if former == 1 else ''} them")
    else:
        words("only tickets of the key in force are read: who has an older one signs in again")
    return DONE
