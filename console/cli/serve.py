"""`poolhouse serve [CONFIG]`: the service alone, until it is stopped. --json prints one line when it serves.

Knows no console. The one place of the program that starts the service (hwebcore.service) with plans made from files.
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
from pathlib import Path
from typing import Any

from console.cli import settings as kept
from console.cli.instance import Instance, add_answers, add_config, locate, with_answers
from console.cli.output import DONE, FINDINGS, Ended, as_json, words


def arguments(parser: argparse.ArgumentParser) -> None:
    add_config(parser, positional=True)
    add_answers(parser)
    parser.add_argument("--no-run", action="store_true", help="open the configuration and watch it, but start nothing until a console says so")
    parser.add_argument("--account", default="", metavar="USER", help="as root: the account of pools with a built-in identity")
    parser.add_argument("--json", action="store_true", help="one line of JSON when it serves")
    # What the console and `trace` start: a service that ends with its last console; one without endpoints, in a folder of its own.
    parser.add_argument("--with-console", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--private", metavar="FOLDER", help=argparse.SUPPRESS)


def run(options: argparse.Namespace) -> int:
    instance = with_answers(locate(options.path or options.config), options)
    if not options.no_run and not options.private:
        _remember_that_it_ran(instance)
    return _serve(instance, options)


def _remember_that_it_ran(instance: Instance) -> None:
    if not instance.settings.has_run:
        kept.write(instance.folders.settings, dataclasses.replace(instance.settings, has_run=True))


def _serve(instance: Instance, options: argparse.Namespace) -> int:
    from model.plan_source import FilePlanSource

    import hwebcore.service as service

    settings = instance.settings
    source = FilePlanSource(instance.config, instance.drives, settings.ports, frozenset(settings.accepted))
    private = Path(options.private) if options.private else None
    service_options = service.ServiceOptions(
        config=instance.config,
        state_dir=private or instance.folders.state,
        log_dir=(private / "logs") if private else instance.folders.logs,
        stay=not options.with_console,
        start=not options.no_run,
        account=options.account,
        listen=private is None,
        on_ready=(lambda state: _say_ready(instance, state, options.json)),
    )
    try:
        asyncio.run(service.run(source, service_options))
    except service.AlreadyRuns as error:
        raise Ended(FINDINGS, f"a service runs {instance.config} already{f' (pid {error.pid})' if error.pid else ''}") from error
    return DONE


def _say_ready(instance: Instance, state: dict[str, Any], json: bool) -> None:
    if json:
        as_json({"event": "ready", **state})
        return
    endpoints = ", ".join(str(endpoint) for endpoint in state.get("endpoints", ())) or "no endpoint"
    words(f"Poolhouse serves {instance.config}\non {endpoints}\nctrl+c stops it; poolhouse status tells more")
