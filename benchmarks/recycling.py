"""The load goes on while workers are recycled and the configuration is saved again: what answers, how fast, and what breaks.

Asks the service over its control socket, as the console does. soak.py does the same for long, and counts each request.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from pathlib import Path
from typing import Any

import load
from our_server import ROOT, OurServer

sys.path.insert(0, str(ROOT))
from hwebcore.client import Client

POOL = "DefaultAppPool"


def measure(server: OurServer, seconds: float, connections: int) -> list[dict[str, Any]]:
    """Rows: undisturbed, with recycles, with changes of the configuration; each over kept and over fresh connections."""
    url = server.url("integrated", "/hello")
    rows = []
    for headers, kind in (({}, "kept"), ({"Connection": "close"}, "one request each")):
        for deed in ("nothing", "recycle", "reload"):
            done: list[float] = []
            stop = threading.Event()
            doing = threading.Thread(target=lambda deed=deed, done=done, stop=stop: asyncio.run(_do(server, deed, done, stop)))
            doing.start()
            figures = load.run(url, seconds, connections, headers)
            stop.set()
            doing.join()
            rows.append(
                {
                    "connections": kind, "deed": deed, "times": len(done), "requests": figures.requests,
                    "requests_per_s": round(figures.requests_per_s), "p99_ms": figures.p99_ms, "errors": figures.errors,
                    "slowest_deed_ms": round(max(done, default=0.0) * 1000),
                }
            )  # fmt: skip
    return rows


async def _do(server: OurServer, deed: str, done: list[float], stop: threading.Event) -> None:
    client = await Client.connect(Path(server.control))
    try:
        while not stop.is_set() and deed != "nothing":
            began = time.perf_counter()
            if deed == "recycle":
                await recycle(client)
            else:
                await reload(client, server, len(done))
            done.append(time.perf_counter() - began)
            await asyncio.sleep(0.3)
    finally:
        await client.close()


async def recycle(client: Client) -> None:
    """Answered when the old worker begins no request any more."""
    await client.request("recycle_pool", pool=POOL)


async def reload(client: Client, server: OurServer, number: int) -> None:
    """A change that matters to the pool: another custom header in the application's web.config."""
    web = server.folder / "configuration" / "sites" / "integrated" / "web.config"
    text = web.read_text("utf-8")
    head, _, rest = text.partition("<!-- reload -->")
    if not rest:
        head, rest = text.rsplit("</system.webServer>", 1)
        rest = "</system.webServer>" + rest
    else:
        rest = rest.partition("<!-- reloaded -->")[2]
    mark = f'<httpProtocol><customHeaders><add name="X-Reload" value="{number}" /></customHeaders></httpProtocol>'
    fresh = web.with_name("web.config.new")
    fresh.write_text(f"{head}<!-- reload -->{mark}<!-- reloaded -->{rest}", "utf-8")
    fresh.replace(web)
    await client.request("apply")
