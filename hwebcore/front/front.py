"""The front's life: takes listeners, routes and pools' links from the service; accepts, routes by host and path, hands over.

Knows no plan and runs no user's code. connection.py holds a client until its head is here, pool_gate.py is one pool.
"""

from __future__ import annotations

import asyncio
import dataclasses
import os
import socket

from hwebcore.channel import Channel, ChannelClosed, Message
from hwebcore.front.connection import FrontConnection
from hwebcore.front.pool_gate import PoolGate, unavailable
from hwebcore.front.relay import Relay
from hwebcore.plan import RouteTable, from_json
from hwebcore.platform import descriptors_for_clients, read_memory
from hwebcore.routing import Router
from hwebcore.tasks import Tasks
from hwebcore.wire.gate import Head, Refusal, invalid_hostname, misdirected
from hwebcore.wire.tls import IdentityReader, TlsIdentity
from hwebcore.worker.accepting import AcceptingSockets
from hwebcore.worker.address_counts import AddressCounts
from hwebcore.worker.handover import HandedConnection, HandoverLink
from hwebcore.worker.httperr import HttpErr
from hwebcore.worker.process_life import live, say, take_output
from hwebcore.worker.tls_door import TlsDoor

_SWEEP_S = 1.0
#: Sweeps between two looks at relays whose clients do not take what is there.
_RELAY_SWEEPS = 5
#: A request that was handed over so often and answered by nobody is answered here.
MOST_HOPS = 32
MOST_CONNECTIONS = 20_000
_LOCAL = "127.0.0.1"
#: A TLS connection that workers gave back so often (they drain, or have no key for it) is not offered again.
MOST_TLS_HOPS = 3


def run(channel_fd: int) -> int:
    return live(channel_fd, _main)


async def _main(channel: Channel) -> None:
    try:
        message, fds = await channel.receive()
    except ChannelClosed:
        return
    if message.get("type") == "start" and len(fds) == 2:
        await Front(channel, fds).run()


class Front:
    def __init__(self, channel: Channel, fds: list[int]) -> None:
        self._channel = channel
        self._router = Router(from_json(RouteTable, read_memory(fds[0])))
        self._log = HttpErr()
        self._log.writer.open(fds[1])
        self._tasks = Tasks(say)
        self._loop = asyncio.get_running_loop()
        self._told_lost = 0
        self._connections: set[FrontConnection] = set()
        self._pools: dict[str, PoolGate] = {}
        #: Links of workers that drain: acknowledgements and connections still come from them.
        self._links: set[HandoverLink] = set()
        self._relays: set[Relay] = set()
        #: What stands behind the other end of a relay's pair, by its inode.
        self._behind: dict[int, HandedConnection] = {}
        self._descriptors = descriptors_for_clients()
        self._addresses = AddressCounts(self._router.table.connections_per_address)
        self._identities = IdentityReader()
        self._door = TlsDoor(self._tasks, lambda: self._router.limits, self._pass_untouched, self._relay, self._spoke_plainly, self._addresses)
        self._plain = AcceptingSockets(self._accepted, encrypted=False)
        self._encrypted = AcceptingSockets(self._accepted, encrypted=True)

    async def run(self) -> None:
        self._tasks.start(self._sweep(), "sweep")
        try:
            while True:
                message, fds = await self._channel.receive()
                self._heard(message, fds)
        except ChannelClosed as closed:
            say(f"the service is gone ({closed}): the front ends")
            self._plain.close_all()
            self._encrypted.close_all()
            self._log.writer.flush()

    def _heard(self, message: Message, fds: list[int]) -> None:
        kind = message.get("type")
        if kind == "routes" and len(fds) == 1:
            self._router = Router(from_json(RouteTable, read_memory(fds[0])))
            self._addresses.most = self._router.table.connections_per_address
        elif kind == "listen":
            (self._encrypted if message.get("secure") else self._plain).open(str(message["endpoint"]), fds)
        elif kind == "certificates":
            self._certificates(message, fds)
        elif kind == "unlisten":
            self._plain.close(str(message["endpoint"]))
            self._encrypted.close(str(message["endpoint"]))
        elif kind == "pool":
            self._pool(message, fds)
        elif kind == "forget":
            gate = self._pools.pop(str(message["pool"]), None)
            if gate is not None:
                gate.forget()
        elif kind == "sync":
            self._channel.send({"type": "done", "number": message["number"]})
        elif kind == "log" and len(fds) == 1:
            self._log.writer.open(fds[0])
        elif kind == "output" and len(fds) == 1:
            take_output(fds[0])

    # --- listeners

    def _accepted(self, handed: HandedConnection) -> None:
        if self._full or not self._addresses.has_room(handed.client, handed.ip):
            handed.sock.close()
            self._log.write((handed.client, handed.client_port), (handed.ip, handed.port), b"", None, "Connections_Refused")
        else:
            self._hold(handed)

    @property
    def _full(self) -> bool:
        held = len(self._connections) + len(self._relays) + self._door.busy
        return held >= MOST_CONNECTIONS or held + len(self._relays) >= self._descriptors  # a relay has two

    # --- connections

    def _given_back(self, handed: HandedConnection) -> None:
        """A worker passes a connection on. Whose it is says the socket: anybody's code may speak as the worker."""
        try:
            known = self._witnessed(handed)
        except OSError:  # its client is gone
            known = None
        if known is None or self._full:
            handed.sock.close()
        else:
            self._hold(known)

    def _witnessed(self, handed: HandedConnection) -> HandedConnection:
        sock = handed.sock
        if sock.family != socket.AF_UNIX:
            (ip, port), (client, client_port) = sock.getsockname()[:2], sock.getpeername()[:2]
            return dataclasses.replace(handed, ip=ip, port=port, client=client, client_port=client_port, session=None)
        behind = self._behind.get(os.fstat(sock.fileno()).st_ino)
        if behind is None:  # a console made it, by the service: it came from this machine
            return dataclasses.replace(handed, client=_LOCAL)
        return dataclasses.replace(behind, sock=sock, unread=handed.unread, hops=handed.hops)

    def _hold(self, handed: HandedConnection) -> None:
        if handed.encrypted:
            self._door.take(handed)
            return
        connection = FrontConnection(handed, self._router.limits, self._route, self._refused, self._ended)
        self._connections.add(connection)
        if handed.session is None:  # else it is its relay that counts
            self._addresses.add(handed.client)
        connection.begin()

    def _left(self, connection: FrontConnection) -> None:
        if connection in self._connections:
            self._connections.remove(connection)
            if connection.handed.session is None:
                self._addresses.remove(connection.handed.client)

    def _route(self, connection: FrontConnection, head: Head) -> None:
        if head.fields.secure and connection.handed.session is None:
            raise misdirected()
        match = self._router.find(*connection.local, head.host, head.path)
        if match is None:
            raise invalid_hostname()
        if not match.started or match.application is None:
            raise Refusal(404, "Not Found", "The requested resource is not found.", "NotFound")
        if connection.handed.hops >= MOST_HOPS:
            say(f"a request for {match.site.name!r} went {connection.handed.hops} times between workers: it is answered 503")
            raise unavailable("N/A")
        connection.limits = match.site.limits
        connection.pool = match.application.pool
        gate = self._pools.get(match.application.pool)
        if gate is None:
            raise unavailable("N/A")
        gate.take(connection)

    def _refused(self, connection: FrontConnection, refusal: Refusal) -> None:
        self._log.write(connection.client, connection.local, connection.unread, refusal.status, refusal.reason, pool=connection.pool)

    def _ended(self, connection: FrontConnection, reason: str) -> None:
        self._left(connection)
        if reason:
            self._log.write(connection.client, connection.local, connection.unread, None, reason)

    # --- TLS

    def _certificates(self, message: Message, fds: list[int]) -> None:
        made, faults = self._identities.take(message, fds)
        for fault in faults:
            say(fault)
        if made is not None:
            self._door.identities = made

    def _pass_untouched(self, handed: HandedConnection, name: str, identity: TlsIdentity | None) -> bool:
        """To the one pool that answers for the name and may hold the key, where it has a worker; once: what comes back is ended here."""
        if identity is None or not identity.pool or handed.hops > MOST_TLS_HOPS:
            return False
        gate = self._pools.get(identity.pool)
        return gate is not None and self._router.pools_at(handed.ip, handed.port, name) == {identity.pool} and gate.give(handed)

    def _relay(self, handed: HandedConnection, identity: TlsIdentity) -> Relay:
        return Relay(handed, identity, self._joined, self._tasks.start, self._relayed, self._unrelayed)

    def _joined(self, handed: HandedConnection) -> None:
        self._behind[os.fstat(handed.sock.fileno()).st_ino] = handed
        self._hold(handed)

    def _relayed(self, relay: Relay) -> None:
        self._relays.add(relay)
        self._addresses.add(relay.handed.client)

    def _unrelayed(self, relay: Relay) -> None:
        self._relays.discard(relay)
        self._behind.pop(relay.inode, None)
        self._addresses.remove(relay.handed.client)

    def _spoke_plainly(self, handed: HandedConnection, refusal: Refusal, head: bytes) -> None:
        self._log.write((handed.client, handed.client_port), (handed.ip, handed.port), head, refusal.status, refusal.reason)

    # --- pools

    def _pool(self, message: Message, fds: list[int]) -> None:
        name = str(message["pool"])
        gate = self._pools.get(name)
        if gate is None:
            gate = self._pools[name] = PoolGate(name, self._demand, self._left, self._cut_off)
        gate.state = str(message["state"])
        gate.queue_length = int(message["queue"])
        gate.tcp_reset = bool(message["reset"])
        fresh = {int(pid): fd for pid, fd in zip(message["fresh"], fds, strict=True)}
        links: dict[int, HandoverLink] = {}
        for pid in map(int, message["workers"]):
            link = gate.links.get(pid) or (self._link(fresh.pop(pid)) if pid in fresh else None)
            if link is not None and link.open:
                links[pid] = link
        gate.links = links
        for fd in fresh.values():
            os.close(fd)
        gate.settle()

    def _link(self, fd: int) -> HandoverLink:
        link = HandoverLink(socket.socket(fileno=fd), self._given_back, self._not_taken)
        self._links.add(link)
        return link

    def _not_taken(self, connections: list[HandedConnection]) -> None:
        """A worker died before it acknowledged these: no request of theirs has begun, so they go to the next."""
        self._look_for_dead()
        for handed in connections:
            self._hold(handed)

    def _look_for_dead(self) -> None:
        for link in [link for link in self._links if not link.open]:
            self._links.discard(link)
            for gate in self._pools.values():
                gate.broken(link)

    def _demand(self, pool: str) -> None:
        self._channel.send({"type": "demand", "pool": pool})

    def _cut_off(self, pool: str, pid: int) -> None:
        self._channel.send({"type": "cut_off", "pool": pool, "pid": pid})

    # --- time

    async def _sweep(self) -> None:
        turn = 0
        while True:
            await asyncio.sleep(_SWEEP_S)
            now = self._loop.time()
            for gate in self._pools.values():
                gate.expire(now)
            for connection in [connection for connection in self._connections if connection.deadline <= now]:
                connection.expire()
            self._look_for_dead()
            turn = (turn + 1) % _RELAY_SWEEPS
            if not turn:
                for relay in list(self._relays):
                    relay.look(self._router.limits.min_bytes_per_second * _SWEEP_S * _RELAY_SWEEPS)
            self._log.writer.flush()
            if self._log.writer.lost != self._told_lost:
                self._told_lost = self._log.writer.lost
                self._channel.send({"type": "lost", "records": self._told_lost})
