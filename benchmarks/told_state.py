"""A control socket that answers a console as the service does: rings when asked for, the state of all pools and sites once a second.

Knows no process: the state says that everything is started. console_writer.py writes the rings.
"""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hwebcore.channel import Channel, ChannelClosed
from hwebcore.service.subscribers import Subscribers
from hwebcore.tasks import Tasks
from model.workspace import Workspace

TOLD_S = 1.0


class ToldState:
    """`rings`: the folders of the rings, named POOL-MODE."""

    def __init__(self, config: Path, rings: Sequence[Path]) -> None:
        hierarchy = Workspace.open(config).hierarchy
        self._rings = {folder.name: folder for folder in rings}
        self._pools = [self._pool(pool.name, pool.managed_pipeline_mode, len(hierarchy.sites())) for pool in hierarchy.pools()]
        self._sites = [self._site(site.name, site.id) for site in hierarchy.sites()]
        self._told = 0
        self.tasks = Tasks(print)

    @staticmethod
    def _pool(name: str, mode: str, number: int) -> dict[str, Any]:
        worker = {"pid": 4000 + number, "state": "running", "ring": f"{name}-1", "started": 0.0, "digest": "0" * 64, "requests": 0,
                  "under_way": 0, "cpu_percent": 0.0, "cpu_s": 0.0, "private_kb": 40000, "virtual_kb": 200000}  # fmt: skip
        return {"name": name, "mode": mode, "runtime_version": "v4.0", "state": "Started", "reason": "", "identity": "ApplicationPoolIdentity",
                "workers": [worker], "failures": 0, "last_failure": None, "log": f"pools/{name}.log", "applications": 5}  # fmt: skip

    @staticmethod
    def _site(name: str, number: int) -> dict[str, Any]:
        return {"name": name, "id": number, "state": "Started", "problem": "", "bindings": [f"http/*:8080:{name}"],
                "urls": [f"http://{name}:8080/"], "log": f"sites/{number}", "log_lost": 0}  # fmt: skip

    def _snapshot(self) -> dict[str, Any]:
        """Some pools have worked since the last one."""
        self._told += 1
        for number in range(self._told % 7, len(self._pools), 100):
            pool = self._pools[number]
            self._pools[number] = {**pool, "workers": [{**pool["workers"][0], "requests": self._told, "cpu_percent": self._told % 50}]}
        rings = [{"ring": name, "pool": name.partition("-")[0], "pid": 4000, "mode": name.partition("-")[2], "shadow": False} for name in self._rings]
        return {"schema": 1, "service": {"pid": os.getpid(), "running": True}, "generation": {"number": 1}, "pools": self._pools[:],
                "sites": self._sites, "rings": rings, "requests": [], "totals": {"requests": self._told}, "certificates": [],
                "endpoints": []}  # fmt: skip

    async def answer(self, control: Path) -> None:
        """One console, until it goes."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind(os.fspath(control))
            listener.listen()
            listener.setblocking(False)
            accepted, _ = await asyncio.get_running_loop().sock_accept(listener)
        channel = Channel(accepted)
        subscribers = Subscribers(self.tasks, lambda: None)
        channel.send({"type": "hello", "version": 1})
        try:
            while True:
                message, _ = await channel.receive()
                if message.get("type") == "subscribe":
                    channel.send({"re": message["id"], "ok": True})
                    subscribers.add(channel, message.get("changes") is True)
                    self.tasks.start(self._tell(subscribers), "snapshots")
                elif message.get("type") == "ring":
                    self._give(channel, message["id"], self._rings[message["ring"]])
        except ChannelClosed:
            return

    @staticmethod
    def _give(channel: Channel, number: int, folder: Path) -> None:
        descriptors = [os.open(folder / part, os.O_RDONLY) for part in ("ring", "flights", "names")]
        channel.send({"re": number, "ok": True}, descriptors)
        for descriptor in descriptors:
            os.close(descriptor)

    async def _tell(self, subscribers: Subscribers) -> None:
        due = time.monotonic()
        while True:
            subscribers.tell(self._snapshot())
            due += TOLD_S
            await asyncio.sleep(max(0.0, due - time.monotonic()))
