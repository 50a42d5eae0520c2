"""`poolhouse serve [CONFIG]`: the service alone, until it is stopped. --json prints one line when it serves.

Knows no console. The one place of the program that starts the service (hwebcore.service) with plans made from files.
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import os
import shlex
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import hwebcore.service as service
from console.cli import settings as kept
from console.cli.instance import Instance, add_answers, add_config, locate, with_answers
from console.cli.output import DONE, FINDINGS, USAGE, Ended, as_json, words
from hwebcore.plan import Generation, Mode, PoolPlan
from model.exposure import exposed_code, exposure
from model.obstacle import Obstacle
from model.plan_source import FilePlanSource
from model.workspace import Workspace

#: Addresses, and errors of the configuration, that are named when it begins to serve.
_MOST_URLS, _MOST_ERRORS = 4, 5


def arguments(parser: argparse.ArgumentParser) -> None:
    add_config(parser, positional=True)
    add_answers(parser)
    parser.add_argument("--no-run", action="store_true", help="open the configuration and watch it, but start nothing until a console says so")
    parser.add_argument("--account", default="", metavar="USER", help="as root: the account of pools with a built-in identity")
    per_address = "connections that one client address may have in each process (default 2000; 0: no limit); kept"
    parser.add_argument("--connections-per-address", type=_count, metavar="N", help=per_address)
    parser.add_argument("--open-to-others", action="store_true", help="as root: serve also a configuration that everybody may change; kept")
    parser.add_argument("--json", action="store_true", help="one line of JSON when it serves")
    # What the console and `trace` start: a service that ends with its last console; one without endpoints, in a folder of its own.
    parser.add_argument("--with-console", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--private", metavar="FOLDER", help=argparse.SUPPRESS)


def run(options: argparse.Namespace) -> int:
    return _serve(answered(with_answers(locate(options.path or options.config), options), options), options)


def answered(instance: Instance, options: argparse.Namespace) -> Instance:
    """The instance with what this start answers, kept."""
    if not options.no_run and not options.private:
        instance = _kept(instance, has_run=True)
    if options.connections_per_address is not None:
        instance = _kept(instance, connections_per_address=options.connections_per_address)
    if options.open_to_others:
        instance = _kept(instance, open_to_others=True)
    return instance


def refuse_exposed(instance: Instance) -> None:
    """Whoever may change the file, or an application's code, decides what root runs. Others than root risk their own account only:
    they are told, and of the file alone."""
    if instance.settings.open_to_others:
        return
    root, found = os.geteuid() == 0, exposure(instance.config)
    exposed = (instance.config, found) if found is not None else _exposed_code(instance) if root else None
    if exposed is None:
        return
    told = f"{exposed[0]}: {exposed[1].reason}, and so decide what this server runs. Mend it with: {exposed[1].command}"
    if root:
        raise Ended(USAGE, f"{told}\nOr serve it all the same: --open-to-others")
    words(told)


def _exposed_code(instance: Instance) -> tuple[Path, Obstacle] | None:
    """Of the applications' root folders, the first where everybody may change what runs."""
    hierarchy = Workspace.open(instance.config, instance.drives).hierarchy
    roots = (application.root for site in hierarchy.sites() for application in site.applications)
    folders = dict.fromkeys(root.folder for root in roots if root is not None and root.folder is not None)
    return next((found for folder in folders if (found := exposed_code(folder)) is not None), None)


def _kept(instance: Instance, **answers: Any) -> Instance:
    settings = dataclasses.replace(instance.settings, **answers)
    if settings != instance.settings:
        kept.write(instance.folders.settings, settings)
    return dataclasses.replace(instance, settings=settings)


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text} is no number of connections")
    return int(text)


def _serve(instance: Instance, options: argparse.Namespace) -> int:
    refuse_exposed(instance)
    settings = instance.settings
    source = KeptPlanSource(FilePlanSource(instance.config, instance.drives, settings.ports, frozenset(settings.accepted)), instance)
    try:
        asyncio.run(service.run(source, service_options(instance, options)))
    except service.AlreadyRuns as error:
        raise Ended(FINDINGS, f"a service runs {instance.config} already{f' (pid {error.pid})' if error.pid else ''}") from error
    return DONE


def service_options(instance: Instance, options: argparse.Namespace) -> service.ServiceOptions:
    """What the service is told, of the command line and of the instance's answers."""
    private = Path(options.private) if options.private else None
    told = service.ServiceOptions(
        config=instance.config,
        state_dir=private or instance.folders.state,
        log_dir=(private / "logs") if private else instance.folders.logs,
        stay=not options.with_console,
        start=not options.no_run,
        account=options.account,
        listen=private is None,
        on_ready=(lambda state: _say_ready(instance, state, options.json)),
    )
    most = instance.settings.connections_per_address
    return told if most is None else dataclasses.replace(told, connections_per_address=most)


class KeptPlanSource:
    """A plan source that keeps with the instance what a console answers (ports, drives, accepted restrictions)."""

    def __init__(self, source: FilePlanSource, instance: Instance) -> None:
        self._source = source
        self._instance = instance

    def generations(self) -> AsyncIterator[Generation]:
        return self._source.generations()

    async def refresh(self) -> None:
        await self._source.refresh()

    def shadow(self, pool: str, mode: Mode) -> PoolPlan:
        return self._source.shadow(pool, mode)

    def configure(self, *, drives: Mapping[str, Path], ports: Mapping[int, int], accepted: frozenset[str]) -> None:
        """What is new is laid over what was answered before."""
        folder = self._instance.folders.settings
        now = kept.read(folder)
        now = dataclasses.replace(
            now.with_answers({name: str(target) for name, target in drives.items()}, dict(ports)),
            accepted=tuple(sorted({*now.accepted, *accepted})),
            has_run=True,
        )
        kept.write(folder, now)
        self._source.configure(drives={name: Path(target) for name, target in now.drives.items()}, ports=now.ports, accepted=frozenset(now.accepted))


def _say_ready(instance: Instance, state: dict[str, Any], json: bool) -> None:
    if json:
        as_json({"event": "ready", **state})
        return
    # What can be opened, where that is few: terminals make links of it.
    urls, ends = state.get("urls", ()), state.get("endpoints", ())
    endpoints = ", ".join(str(end) for end in (urls if 0 < len(urls) <= _MOST_URLS else ends))
    errors = [f"error {text}" for text in state.get("errors", ())]
    if len(errors) > _MOST_ERRORS:
        errors[_MOST_ERRORS:] = [f"and {len(errors) - _MOST_ERRORS} errors more: poolhouse status"]
    served = f"serves {instance.config}\non {endpoints}" if endpoints else f"watches {instance.config}\nand listens nowhere"
    problems = [str(text) for text in state.get("problems", ())]
    if not endpoints and not problems:
        problems = ["poolhouse status says why"]
    follow = f"what applications print: poolhouse log --follow {shlex.quote(str(instance.config.parent))}"
    words("\n".join((f"Poolhouse {served}", *problems, *errors, follow, "ctrl+c stops it")))
