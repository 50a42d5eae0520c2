"""Users whose names are hostile strings: signed in by the real modules (forms, Basic), as their requests' records and log lines tell.

Knows no screen. A name comes from an account, from a ticket, or from whatever an application signs in.
"""

from __future__ import annotations

import asyncio
import base64
import os
import urllib.parse
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from hwebcore.accounts import Accounts
from hwebcore.modules.basic_authentication import BasicAuthentication
from hwebcore.pipeline.threads import BlockingThreads
from hwebcore.plan import AuthorizationRule, ScopeSettings
from hwebcore.plan import BasicAuthentication as BasicSettings
from hwebcore.records import RingReader
from hwebcore.request_log import RequestLog
from tests.support import hostile
from tests.support.account_record import record
from tests.support.exchange import exchange, host
from tests.support.forms_site import FORM, HANDLERS, MODULES, PAGES, SETTINGS, cookies
from tests.support.managed_driver import ManagedDriver

#: Signs in whoever asks, under the name that is given.
WELCOME = """
    class Welcome:
        def process_request(self, context):
            context.forms.sign_in(context.request.form["user"])
"""
FIELDS = ("Method", "UriStem", "UserName", "HttpStatus")
#: What a name of an account may not hold: Basic's credentials end there.
NAMES = {name: text.replace(":", ";") for name, text in hostile.STRINGS.items()}


@dataclass
class Users:
    """Their requests, in one worker's ring. `lines`: the site's W3C log; `names`: whom the pipeline took them for."""

    driver: ManagedDriver
    lines: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    def reader(self) -> RingReader:
        """As a console is handed it."""
        return RingReader(*(os.dup(fd) for fd in self.driver.recording.fds))

    async def ask(self, name: str) -> None:
        """Signs in by forms, and asks for a page with the ticket."""
        body = b"user=" + urllib.parse.quote(name, safe="", errors="surrogateescape").encode()
        signed_in = await self.driver.get("/welcome", "POST", FORM, body)
        ticket = "; ".join(f"{key}={value}" for key, value in cookies(signed_in).items())
        seen = await self.driver.get("/home", headers={"Cookie": ticket})
        assert seen.status == (200, 0)
        assert seen.context.user is not None
        self.names.append(seen.context.user.name)
        self.lines.append(RequestLog(FIELDS).line(seen.context, 0.0, 0.0))


def signing_in(folder: Path) -> Users:
    settings = replace(SETTINGS, authorization=(AuthorizationRule(True, ("*",)),))
    pages = {"forms_pages.py": PAGES + WELCOME}
    handlers = {"welcome": "forms_pages.Welcome", **HANDLERS}
    return Users(ManagedDriver(folder, pages, modules=MODULES, handlers=handlers, settings=settings))


async def basic(names: Iterable[str]) -> list[tuple[str, str]]:
    """What BasicAuthentication says of accounts of these names, and the log's line of each."""
    threads, found = BlockingThreads(1), []
    accounts = Accounts([record(name, "x") for name in names])
    module = BasicAuthentication(ScopeSettings(basic=BasicSettings(True)), host(accounts=accounts, threads=threads))
    for name in names:
        credentials = base64.b64encode(f"{name}:x".encode("utf-8", "surrogateescape")).decode()
        context = exchange(headers={"Authorization": f"Basic {credentials}"})
        outcome: Any = module.authenticate(context)
        outcome = await outcome if asyncio.iscoroutine(outcome) else outcome
        found.append((outcome.reason, RequestLog(FIELDS).line(context, 0.0, 0.0)))
    threads.stop()
    return found
