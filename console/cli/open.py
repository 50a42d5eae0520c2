"""`poolhouse [CONFIG]`: the console on a configuration, with the service that runs it, or one started for it.

Knows no screen: console/app.py is the console. Opening is not running: only what has run before, a sample, or --start runs by itself.
"""

from __future__ import annotations

import argparse
import dataclasses
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.cli import settings as kept
from console.cli.instance import Instance, add_answers, add_config, locate, with_answers
from console.cli.output import DONE, USAGE, Ended
from console.display import show
from hwebcore.client import Client

if TYPE_CHECKING:
    from console.session import Session


def arguments(parser: argparse.ArgumentParser) -> None:
    add_config(parser, positional=True)
    add_answers(parser)
    running = parser.add_mutually_exclusive_group()
    running.add_argument("--start", action="store_true", help="run it, though it has never run here")
    running.add_argument("--no-run", action="store_true", help="only show it")
    parser.add_argument("--ascii", action="store_true", help="draw with ASCII characters only; kept with the configuration")


def run(options: argparse.Namespace) -> int:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Ended(USAGE, "the console needs a terminal; without one: poolhouse serve, status, check, trace")
    instance = with_answers(locate(options.path or options.config), options)
    starts = options.start or (not options.no_run and (instance.is_sample or instance.settings.has_run))
    return _show(instance, starts, ascii_only=options.ascii)


def _show(instance: Instance, starts: bool, *, ascii_only: bool) -> int:
    """The exit code: a console that failed does not end as if it had not."""
    from console import preferences as preferred
    from console.app import ConsoleApp
    from console.app import run as run_app
    from console.cli.service_process import NotStarted, attach
    from console.first_look import first_look
    from console.unserved import Reason, Unserved

    async def attached() -> Client:
        try:
            return await attach(instance, run=starts)
        except NotStarted as error:
            raise Unserved(error.reason) from error
        except Ended as ended:
            raise Unserved(Reason(ended.words)) from ended

    preferences = preferred.read(instance.folders.settings)
    preferences.ascii = preferences.ascii or ascii_only

    def keep(stay: bool | None) -> None:
        now = kept.read(instance.folders.settings)
        kept.write(instance.folders.settings, dataclasses.replace(now, stay=stay))

    def opened() -> Session:
        """Called after the first paint: reading a configuration takes longer than drawing a frame."""
        from console.session import Session
        from model.workspace import Workspace

        workspace = Workspace.open(instance.config, instance.drives, state=instance.folders.state)
        return Session(workspace, drives=instance.drives, ports=instance.settings.ports, keep=answered, preferences=preferences)

    def answered(drives: Mapping[str, Path], ports: Mapping[int, int]) -> None:
        now = kept.read(instance.folders.settings)
        kept.write(instance.folders.settings, now.with_answers({name: str(folder) for name, folder in drives.items()}, dict(ports)))

    tour = starts and instance.is_sample and not instance.settings.has_run
    app = ConsoleApp(opened, attach=attached, tour=tour, preferences=preferences, remembered=instance.settings.stay, keep=keep,
                     look=lambda: first_look(instance.config))  # fmt: skip
    run_app(app)
    if app.has_run:
        if not instance.settings.has_run:
            now = kept.read(instance.folders.settings)  # again: the service may have written answers since
            kept.write(instance.folders.settings, dataclasses.replace(now, has_run=True))
        farewell(app.stays, _addresses(app.session.snapshot), instance.config)
    return app.return_code or DONE


def _addresses(snapshot: Mapping[str, Any]) -> list[str]:
    from console.addresses import told_addresses

    return [address for site in snapshot.get("sites") or () for kind in told_addresses(site) for address in kind]


def farewell(stays: bool | None, urls: list[str], config: Path) -> None:
    """What still runs after the console, and how it is stopped: to stderr, as all words."""
    if stays is False or not sys.stderr.isatty():
        return
    name = shlex.quote(str(config))
    if stays:
        told = ["Still serving:", *(f"  {show(url).plain}" for url in urls[:8]), f"Stop it with: poolhouse stop {name}"]
    else:
        told = [f"The service ends 10 s after its last console. To keep it: poolhouse serve {name}"]
    sys.stderr.write("\n".join(told) + "\n")
