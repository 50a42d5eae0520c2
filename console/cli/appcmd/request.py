"""appcmd's REQUEST: list the requests that the running service's workers are at, the oldest first.

Knows the service's snapshot only, which lists a bounded number of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from console.cli.appcmd.failure import INVALID_PARAMETER, AppCmdError
from console.cli.appcmd.items import Item
from console.cli.appcmd.server import Server


class RequestItem(Item):
    """Its brackets have spaces behind the commas, and none within."""

    @property
    def text(self) -> str:
        return f'{self.kind} "{self.name}" ({", ".join(f"{name}:{value}" for name, value in self.brackets)})'

    def matches(self, name: str, value: str) -> bool:
        """/elapsed:N: those that are under way for N milliseconds or more."""
        if name.lower() != "elapsed":
            return super().matches(name, value)
        if not value.isascii() or not value.isdigit():
            raise AppCmdError(INVALID_PARAMETER, f'"{value}" is no number of milliseconds.')
        return int(self.get("elapsed") or 0) >= int(value)


def items(server: Server) -> Iterator[Item]:
    snapshot = server.snapshot or {}
    sites = {str(site["name"]): str(site["id"]) for site in snapshot.get("sites", ())}
    for request in snapshot.get("requests", ()):
        yield _item(request, sites.get(str(request["site"]), ""))


def _item(request: dict[str, Any], site_id: str) -> Item:
    url, elapsed = f"{request['verb']} {request['url']}", str(request["elapsed_ms"])
    attributes = {
        "url": str(request["url"]), "verb": str(request["verb"]), "time": elapsed, "clientIp": str(request["client"]), "WP.NAME": str(request["pid"]),
        "APPPOOL.NAME": str(request["pool"]), "SITE.NAME": str(request["site"]), "SITE.ID": site_id, "elapsed": elapsed,
    }  # fmt: skip
    brackets = [("url", url), ("time", f"{elapsed} msec"), ("client", str(request["client"]))]
    if request.get("module"):
        stage = "".join(word.capitalize() for word in str(request["notification"]).split("_"))
        attributes |= {"stage": stage, "module": str(request["module"])}
        brackets += [("stage", stage), ("module", str(request["module"]))]
    return RequestItem("REQUEST", str(request["id"]), tuple(brackets), attributes)
