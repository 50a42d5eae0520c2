"""appcmd: parse, find the configuration, list or act, exit with the Win32 code where an exit status can hold it.

Knows the grammar and the register; what an object is, its own file knows.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from console.cli.appcmd import OBJECTS, config_input, items
from console.cli.appcmd.config_place import path_of
from console.cli.appcmd.failure import INVALID_PARAMETER, NOT_FOUND, AppCmdError
from console.cli.appcmd.grammar import Invocation, parse
from console.cli.appcmd.server import Server
from console.cli.instance import locate
from console.cli.output import Ended, line, words
from model.document import Document, Element

HELP = ("?", "help", "-?", "/?", "--help")


def run(arguments: Sequence[str]) -> int:
    """The exit status of `appcmd ARGUMENTS`."""
    if not arguments or arguments[-1].lower() in HELP:
        _write_help()
        return 0
    try:
        _do(parse(arguments))
    except AppCmdError as error:
        for row in str(error).splitlines():
            line(row)
        return error.exit_status
    except Ended as ended:
        line(AppCmdError(NOT_FOUND, ended.words.replace("\n", "; ")))
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _do(invocation: Invocation) -> None:
    server = Server(locate(invocation.config or os.environ.get("POOLHOUSE_CONFIG")))
    invocation = _by_url(server, invocation)
    module = importlib.import_module(OBJECTS[invocation.object][0])
    if invocation.verb == "list" and invocation.object != "config":
        items.write(_listed(module.items, server, invocation), invocation)
        return
    if invocation.object == "config":
        if invocation.verb == "set" and invocation.option("in") is not None and all(name.lower() == "commit" for name, _ in invocation.parameters):
            config_input.set_as_given(server, _input(), dict(invocation.parameters).get("commit"))
            return
        module.act(server, invocation, _named_by_input(invocation) if invocation.option("in") is not None else [invocation.identifier])
        return
    if invocation.verb in ("add", "install"):
        module.add(server, invocation)
        return
    names = _named_by_input(invocation) if invocation.option("in") is not None else [invocation.identifier]
    if not all(names):
        raise AppCmdError(INVALID_PARAMETER, f'The command "{invocation.verb} {invocation.object}" needs the name of one.')
    module.act(server, invocation, names)


def _by_url(server: Server, invocation: Invocation) -> Invocation:
    """A site or an application that is named by a URL of it, under its own name."""
    if "://" not in invocation.identifier or invocation.object not in ("site", "app"):
        return invocation
    place = path_of(server, invocation.identifier)
    application, _, _ = server.hierarchy.map_url(place.site, place.path)
    name = place.site if invocation.object == "site" or application is None else f"{place.site}{application.path}"
    return replace(invocation, identifier=name)


def _listed(make: items.Maker, server: Server, invocation: Invocation) -> list[items.Item]:
    application = next((value for name, value in invocation.parameters if name.lower() == "app.name"), "")
    if invocation.object == "module" and application:
        rest = tuple(entry for entry in invocation.parameters if entry[0].lower() != "app.name")
        found = items.chosen(make(server, application), _with(invocation, rest))
    else:
        found = items.chosen(make(server), invocation)
    if invocation.option("in") is not None:
        rows = _input()
        found = [item for item in found if any(_is_meant(item, row) for row in rows)]
    if invocation.identifier and not found:
        raise AppCmdError(NOT_FOUND, f'Cannot find {invocation.object.upper()} object with identifier "{invocation.identifier}".')
    return found


def _with(invocation: Invocation, parameters: tuple[tuple[str, str], ...]) -> Invocation:
    return Invocation(invocation.verb, invocation.object, invocation.identifier, parameters, invocation.output, invocation.config)


def _input() -> tuple[Element, ...]:
    """The rows of an <appcmd> result on stdin: how appcmd's commands are piped together."""
    document = Document.parse(Path("stdin"), sys.stdin.buffer.read())
    if document.root is None or document.problems:
        raise AppCmdError(INVALID_PARAMETER, "What came on standard input is not the result of appcmd list … /xml.")
    return document.root.children


def _named_by_input(invocation: Invocation) -> list[str]:
    """The names of this command's objects in what came on stdin."""
    wanted = "path" if invocation.object == "config" else f"{invocation.object.upper()}.NAME"
    return list(dict.fromkeys(name for row in _input() if (name := row.get(wanted))))


def _is_meant(item: items.Item, row: Element) -> bool:
    """Whether a row of another list means this item: by its own name, or by the names that both have (an application's pool)."""
    own = row.get(f"{item.kind}.NAME")
    if own is not None:
        return own.lower() == item.name.lower()
    names = [attribute for attribute in row.attributes if attribute.name.endswith(".NAME") and item.get(attribute.name) is not None]
    return bool(names) and all((item.get(attribute.name) or "").lower() == attribute.value.lower() for attribute in names)


def _write_help() -> None:
    words("appcmd VERB OBJECT [IDENTIFIER] [/parameter:value …] [--config CONFIG]\n")
    for name, (_, verbs) in OBJECTS.items():
        line(f"  {name.upper():9}{', '.join(verbs)}")
    words("\nlist: /attribute:value filters; /text:*  /text:ATTRIBUTE  /xml  /config choose the form; /in reads a result from standard input")
    words("The configuration: --config, else POOLHOUSE_CONFIG, else ./applicationHost.config, else the first-run sample.")
