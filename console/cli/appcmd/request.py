"""appcmd's REQUEST: list the requests that the running service's workers are at, the oldest first.

Knows the service's snapshot only, which lists a bounded number of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from console.cli.appcmd.items import Item
from console.cli.appcmd.server import Server


class RequestItem(Item):
    """Its brackets have spaces behind the commas, and none within."""

    @property
    def text(self) -> str:
        return f'{self.kind} "{self.name}" ({", ".join(f"{name}:{value}" for name, value in self.brackets)})'


def items(server: Server) -> Iterator[Item]:
    for request in server.snapshot.get("requests", ()) if server.snapshot else ():
        yield _item(request)


def _item(request: dict[str, Any]) -> Item:
    url, elapsed = f"{request['verb']} {request['url']}", str(request["elapsed_ms"])
    attributes = {
        "url": str(request["url"]), "verb": str(request["verb"]), "time": elapsed, "clientIp": str(request["client"]), "WP.NAME": str(request["pid"]),
        "APPPOOL.NAME": str(request["pool"]), "SITE.NAME": str(request["site"]),
    }  # fmt: skip
    brackets = [("url", url), ("time", f"{elapsed} msec"), ("client", str(request["client"]))]
    if request.get("module"):
        stage = "".join(word.capitalize() for word in str(request["notification"]).split("_"))
        attributes |= {"stage": stage, "module": str(request["module"])}
        brackets += [("stage", stage), ("module", str(request["module"]))]
    return RequestItem("REQUEST", str(request["id"]), tuple(brackets), attributes)
