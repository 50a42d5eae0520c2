"""Who accepts where, and which worker a pool's requests go to: keeps the front and the workers told.

Knows endpoints, routes and pools' live workers; no request. An endpoint whose started sites are wholly one pool's is accepted
on by that pool's worker, everything else by the front (DESIGN.md 2); a web garden's too, so that its workers get their turn.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from hwebcore.plan import RouteTable, to_json
from hwebcore.service.account_records import AccountRecords
from hwebcore.service.certificates import Certificates
from hwebcore.service.endpoints import ANY, Endpoint, Endpoints, started_sites
from hwebcore.service.front_process import FrontProcess
from hwebcore.service.pools import AppPool
from hwebcore.service.worker_process import WorkerProcess

_TRIES, _RETRY_S = 100, 0.05


class Traffic:
    """`update` may be called at any time: it sends what differs from what was sent."""

    def __init__(self, endpoints: Endpoints, front: FrontProcess, pools: Mapping[str, AppPool], certificates: Certificates) -> None:
        self.routes = RouteTable()
        #: The table as it is sent; made when it is first needed.
        self._encoded = b""
        #: (secure, ip, port) → the pools of the started sites there; made when it is first needed.
        self._users: dict[tuple[bool, str, int], set[str]] = {}
        self._certificates = certificates
        self._endpoints = endpoints
        self._front = front
        self._pools = pools
        self._told: dict[str, tuple[str, tuple[int, ...], int, bool]] = {}
        #: The telling that is about to begin; whether it was told.
        self._next: asyncio.Future[bool] | None = None

    @property
    def encoded(self) -> bytes:
        if not self._encoded:
            self._encoded = to_json(self.routes).encode()
        return self._encoded

    async def route(self, routes: RouteTable) -> None:
        """Swap the whole table, everywhere. One that says the same as the last (its number aside) is everywhere already."""
        same = bool(self._encoded) and (routes.sites, routes.started) == (self.routes.sites, self.routes.started)
        self.routes = routes
        self._users = {}
        if same:
            await self.update()
            return
        self._encoded = b""
        unused = self._endpoints.reconcile(routes)
        encoded = self.encoded
        self._front.send_routes(encoded)
        for worker in self._workers():
            worker.send_routes(encoded)
        for endpoint in unused:
            self._front.unlisten(endpoint.key)
            for worker in self._workers():
                worker.unlisten(endpoint.key)
            endpoint.close()
        await self.update()

    async def update(self) -> None:
        """Tell the front every pool's state, and everybody where to listen; returns when the front knows. All who ask within one turn of
        the loop share one telling: a thousand pools that stop together are one."""
        while self._next is not None:
            if await asyncio.shield(self._next):
                return
        mine = self._next = asyncio.get_running_loop().create_future()
        told = False
        try:
            await asyncio.sleep(0)
            self._next = None
            await self._tell_in_time()
            await self._front.sync()
            told = True
        finally:
            if self._next is mine:
                self._next = None
            mine.set_result(told)

    async def _tell_in_time(self) -> None:
        """Also where the system has no descriptor or memory to spare for a moment: whoever changed something counts on everybody's knowing.
        Raises OSError where that lasts."""
        for _ in range(_TRIES):
            try:
                self._tell_all()
                return
            except OSError:
                await asyncio.sleep(_RETRY_S)
        self._tell_all()

    def _tell_all(self) -> None:
        for name in [name for name in self._told if name not in self._pools]:
            del self._told[name]
            self._front.forget(name)
        shares, workers = self._certificates.shares(self.routes), self._workers()
        for worker in workers:  # before anybody is told that connections may come
            worker.send_certificates(shares)
        self._front.send_certificates(shares)
        for pool in self._pools.values():
            self._tell(pool)
        for endpoint in self._endpoints.all.values():
            self._give(endpoint, workers)

    def send_accounts(self, accounts: AccountRecords) -> None:
        """Who may sign in has changed."""
        for worker in self._workers():
            worker.send_accounts(accounts.of(worker.plan))

    async def again(self) -> None:
        """A new front knows nothing."""
        self._told.clear()
        await self.update()

    def new_front(self) -> None:
        for worker in self._workers():
            worker.new_front()

    def _tell(self, pool: AppPool) -> None:
        state = pool.traffic_state
        # One without a link died a moment ago; its end is on the way to the pool.
        links = {worker.pid: worker.handover.fileno() for worker in pool.live if worker.handover.fileno() >= 0} if state == "live" else {}
        if state == "live" and not links:
            state = "starting"
        told = (state, tuple(links), pool.plan.process.queue_length, pool.plan.failure.load_balancer_tcp)
        before = self._told.get(pool.name)
        if before == told:
            return
        known = before[1] if before is not None else ()
        self._front.pool(pool.name, state, links, {pid: fd for pid, fd in links.items() if pid not in known}, told[2], told[3])
        self._told[pool.name] = told

    def _give(self, endpoint: Endpoint, workers: list[WorkerProcess]) -> None:
        owner = self._owner(endpoint) if endpoint.sockets else None
        endpoint.owner = owner[0] if owner else ""
        if owner is not None:
            owner[1].listen(endpoint.key, endpoint.descriptors, endpoint.secure)
            self._front.unlisten(endpoint.key)
        elif endpoint.sockets:
            self._front.listen(endpoint.key, endpoint.descriptors, endpoint.secure)
        for worker in workers:
            if owner is None or worker is not owner[1]:
                worker.unlisten(endpoint.key)

    def _owner(self, endpoint: Endpoint) -> tuple[str, WorkerProcess] | None:
        self._users = self._users or users_of(self.routes)
        names = self._users.get((endpoint.secure, endpoint.ip, endpoint.port), ())
        if len(names) != 1:
            return None
        pool = self._pools.get(*names)
        if pool is None or pool.worker is None or pool.traffic_state != "live" or pool.processes > 1:
            return None
        return pool.name, pool.worker

    def _workers(self) -> list[WorkerProcess]:
        """All that were given a table: those that still start read what came meanwhile as soon as they are ready."""
        told = ("starting", "running", "draining")
        return [worker for pool in self._pools.values() for worker in pool.workers if worker.pid and worker.state in told]


def users_of(routes: RouteTable) -> dict[tuple[bool, str, int], set[str]]:
    """Of each place, in one pass over the sites: whoever listens on all addresses of a port covers each of them."""
    found: dict[tuple[bool, str, int], set[str]] = {}
    for site in started_sites(routes):
        pools = {application.pool for application in site.applications}
        for binding in (binding for binding in site.bindings if binding.protocol in ("http", "https")):
            for ip in (ANY, binding.ip):
                found.setdefault((binding.protocol == "https", ip, binding.port), set()).update(pools)
    return found
