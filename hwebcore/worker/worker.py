"""A worker's life (IIS: w3wp): takes its plan, builds its applications, serves connections, drains, ends.

Knows that it lives and dies with one plan: a change means another worker. pipeline/host.py is an application, wire/protocol.py
a connection, handover.py how connections come and go, listener.py where it accepts itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import socket
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from hwebcore.channel import Channel, ChannelClosed, Message
from hwebcore.custom_log_fields import log_of
from hwebcore.ended_sign_ins import EndedSignIns
from hwebcore.pipeline.host import ApplicationHost
from hwebcore.pipeline.pipeline import Pipeline
from hwebcore.pipeline.threads import BlockingThreads
from hwebcore.pipeline.tracing import Tracing
from hwebcore.plan import ApplicationPlan, PoolPlan, RouteTable, SiteLimits, SiteRoute, from_json
from hwebcore.platform import descriptors_for_clients, read_memory
from hwebcore.records import FlightsWriter, NamesWriter, RingWriter
from hwebcore.routing import Router
from hwebcore.tasks import Tasks
from hwebcore.wire.gate import Refusal
from hwebcore.wire.protocol import HttpConnection
from hwebcore.wire.tls_session import TlsSession
from hwebcore.worker.address_counts import AddressCounts
from hwebcore.worker.bandwidth import Bandwidth
from hwebcore.worker.handover import HandedConnection, HandoverLink
from hwebcore.worker.httperr import HTTPERR, HttpErr
from hwebcore.worker.listener import Listeners
from hwebcore.worker.loader import Interpreter
from hwebcore.worker.loop_watch import LoopWatch
from hwebcore.worker.presence import Presence
from hwebcore.worker.process_life import live, say, take_output
from hwebcore.worker.warm_up import warm_up

if TYPE_CHECKING:
    from hwebcore.accounts import Accounts
    from hwebcore.worker.capturing import CapturingPipeline
    from hwebcore.worker.tls_ending import TlsEnding

_FLUSH_S = 1.0
_DRAIN_LOOK_S = 0.01
_ORPHAN_S = 2.0
#: What a TLS connection that has just come has for its first request when this worker begins to drain.
_FIRST_REQUEST_S = 0.5
#: Connections that are handed over in one turn of the loop.
_AT_ONCE = 16
_MOST_TOLD = 100
#: A private connection that stands for one of https: nobody listens to it.
_PRIVATE_BITS = 256
#: How many more objects there are than at the last collection when the next one comes. Python's 700 are a few dozen requests that
#: wait for their threads: each time all of them were looked through, for nothing.
_NEW_OBJECTS = 10_000


def run(channel_fd: int) -> int:
    return live(channel_fd, _main)


async def _main(channel: Channel) -> None:
    try:
        message, fds = await channel.receive()
        worker = Worker(channel, message, fds)
    except ChannelClosed:
        return
    except (ValueError, TypeError, KeyError) as error:
        say(f"the plan is refused: {type(error).__name__}: {error}")
        problem = {"severity": "error", "code": "refused-plan", "message": f"{type(error).__name__}: {error}", "source": None}
        channel.send({"type": "refused", "problems": [problem]})
        return
    await worker.run()


def _accounts(plan: PoolPlan) -> Accounts | None:
    """Where somebody is asked for a password; the service says right after the start whom it knows."""
    if not any(settings.basic.enabled for settings in plan.settings):
        return None
    from hwebcore.accounts import Accounts

    return Accounts(())


def _keys(message: Message, application: ApplicationPlan) -> tuple[bytes, ...]:
    return tuple(map(bytes.fromhex, message["keys"][f"{application.site}|{application.path}"]))


def _stand_in(roots: Sequence[str]) -> None:
    """Relative paths begin in the folder of the pool's first application: there its developer ran it. What joins the pool later changes nothing."""
    with contextlib.suppress(OSError, IndexError):  # a share that is away, or closed to this account: its requests say so
        os.chdir(roots[0] or "/")


def _say_failure(ended: asyncio.Future[None]) -> None:
    if not ended.cancelled() and ended.exception() is not None:
        say(f"compressed copies could not be swept: {ended.exception()}")


class Worker:
    """Implements wire.server.Server."""

    def __init__(self, channel: Channel, message: Message, fds: list[int]) -> None:
        plan_fd, routes_fd, ring_fd, flights_fd, names_fd, link_fd, *detail_fds = fds
        self._channel = channel
        self.plan = from_json(PoolPlan, read_memory(plan_fd))
        self.router = Router(from_json(RouteTable, read_memory(routes_fd)))
        self.tasks = Tasks(say)
        self.draining = False
        self._shadow = bool(message.get("shadow"))
        self._connections: set[HttpConnection] = set()
        self._most = descriptors_for_clients()
        self._coming = 0
        self._addresses = AddressCounts(self.router.table.connections_per_address)
        self._presence = Presence(self._addresses)
        self._bandwidth = Bandwidth(self.plan.process.max_processes)
        self._httperr = HttpErr(self._wake)
        self._logs = {site.id: log_of(site.log) for site in self.plan.sites if site.log.enabled and not self._shadow}
        self._tracing = Tracing(
            RingWriter(ring_fd, os.getpid()), FlightsWriter(flights_fd), NamesWriter(names_fd), pid=os.getpid(), shadow=self._shadow
        )
        self._threads = BlockingThreads(self.plan.process.threads)
        self._interpreter = Interpreter(lambda: self._watch.wake())
        self._pipeline = Pipeline(self._tracing)
        #: While a console watches.
        self._capturing: CapturingPipeline | None = None
        self._accounts = _accounts(self.plan)
        self._ended = EndedSignIns()
        self._hosts: dict[tuple[str, str], ApplicationHost] = {}
        for application in self.plan.applications:
            self._add(application, _keys(message, application))
        self._link = HandoverLink(socket.socket(fileno=link_fd), self._taken, self._not_taken)
        self._listeners = Listeners(self._connection)
        #: Made when the service first speaks of https.
        self._tls: TlsEnding | None = None
        roots = [application.root for application in self.plan.applications]
        _stand_in(roots)
        self._watch = LoopWatch(asyncio.get_running_loop(), roots, say, self._may_run_code)
        self._at_work = asyncio.Event()
        if detail_fds:
            self._capture(detail_fds)

    def _add(self, application: ApplicationPlan, keys: tuple[bytes, ...]) -> None:
        root = application.root
        if root and root not in sys.path:
            sys.path.insert(0, root)
        host = ApplicationHost(
            application, self.plan, self._pipeline, keys=keys, threads=self._threads, loader=self._interpreter.loader(root), log=say,
            shadow=self._shadow, owner=lambda path: self._owner(application.site, path),
        )  # fmt: skip
        host.accounts, host.ended, host.tell_ended = self._accounts, self._ended, self._tell_ended
        log = self._logs.get(application.site_id)
        host.site_log = None if log is None else log.record
        self._hosts[(application.site, application.path)] = host

    def _owner(self, site: str, path: str) -> ApplicationHost | None:
        """The application of this worker that a URL path of the site belongs to."""
        for route in self.router.table.sites:
            if route.name == site:
                fitting = [a.path for a in route.applications if a.path == "/" or (path.lower() + "/").startswith(a.path.lower().rstrip("/") + "/")]
                return self._hosts.get((site, max(fitting, key=len))) if fitting else None
        return None

    def _capture(self, fds: list[int]) -> None:
        """Keep heads and bodies in this detail ring from now on; without one: no longer."""
        if self._capturing is not None:
            self._capturing.stop()
            self._capturing = None
        if fds:
            from hwebcore.worker.capturing import CapturingPipeline  # most workers are never watched

            try:
                self._capturing = CapturingPipeline(self._tracing, fds[0])
            except OSError as error:  # no memory: a worker that serves must not end for that
                say(f"requests cannot be captured: {error}")
        for host in self._hosts.values():
            host.pipeline = self._capturing or self._pipeline

    # --- life

    async def run(self) -> None:
        warm = [host for host in self._hosts.values() if (host.plan.preload or host.plan.warm_up) and not self._shadow]
        for host in warm:
            await warm_up(host, self.router.table, say)
        if warm:
            gc.collect()
        gc.freeze()  # plans and code stay: no collection looks at them again
        gc.set_threshold(_NEW_OBJECTS)
        flushing = self.tasks.start(self._flush_logs(), "log flush")
        self._watch.start([task for task in (flushing, asyncio.current_task()) if task is not None])
        self._channel.send({"type": "ready"})
        try:
            while True:
                message, fds = await self._channel.receive()
                if message.get("type") == "drain":
                    await self._drain(float(message.get("limit_s", 90)))
                    return
                await self._heard(message, fds)
        except ChannelClosed as closed:
            say(f"the service is gone ({closed}): this worker ends")
            await self._leave(_ORPHAN_S, orphan=True)

    async def _heard(self, message: Message, fds: list[int]) -> None:
        kind = message.get("type")
        if kind == "routes" and len(fds) == 1:
            self.router = Router(from_json(RouteTable, read_memory(fds[0])))
        elif kind == "listen" and message.get("secure"):
            self._tls_ending().listeners.open(str(message["endpoint"]), fds)
        elif kind == "listen":
            await self._listeners.open(str(message["endpoint"]), fds)
        elif kind == "unlisten":
            self._listeners.close(str(message["endpoint"]))
            if self._tls is not None:
                self._tls.listeners.close(str(message["endpoint"]))
        elif kind == "certificates":
            self._tls_ending().certificates(message, fds)
        elif kind == "connection" and len(fds) == 1:
            self._connect(message, fds[0])
        elif kind == "logs":
            self._open_logs(message.get("sites", ()), fds)
        elif kind in ("accounts", "keys", "ended"):
            self._learn(message)
        elif kind == "capture":
            self._capture(fds)
        elif kind == "ping":
            self._flush()  # whoever ran on without a client may have written at rest
            self._channel.send({"type": "pong", **self._counted(bool(message.get("under_way")))})
        elif kind == "front":
            self._link.again()
        elif kind in ("presence", "copies", "output"):
            self._given(message, fds)

    def _given(self, message: Message, fds: list[int]) -> None:
        """What comes right after the start: the table of connections, and the folder for compressed copies. And another file to print into."""
        if message["type"] == "presence" and len(fds) == 2:
            self._presence.open(fds[0], fds[1], int(message["row"]), message["columns"])
            os.close(fds[0])
            os.close(fds[1])
        elif message["type"] == "output" and len(fds) == 1:
            take_output(fds[0])
        elif message["type"] == "copies" and len(fds) == 1:
            from hwebcore.compressed_copies import CompressedCopies  # not every pool compresses

            hosts = self._hosts.values()
            copies = CompressedCopies(fds[0], [directory.physical_path for host in hosts for directory in host.plan.virtual_directories])
            for host in hosts:
                host.copies = copies
            self._threads.run(copies.sweep).add_done_callback(_say_failure)

    def _learn(self, message: Message) -> None:
        """Who may sign in, with which keys tickets are sealed, and which sign-ins were ended."""
        if message["type"] == "ended":
            for number, until in message["ended"]:
                self._ended.add(str(number), float(until))
        elif message["type"] == "keys":
            for host in self._hosts.values():
                host.keys = _keys(message, host.plan)
        elif self._accounts is not None:
            self._accounts.put(message["accounts"])

    def _tell_ended(self, number: str, until: float) -> None:
        if not self._shadow:
            self._channel.send({"type": "signed_out", "number": number, "until": until})

    def _connect(self, message: Message, fd: int) -> None:
        """A connection that a console made, through the service."""
        sock = socket.socket(fileno=fd)
        sock.setblocking(False)
        ip, port, client, client_port = str(message["ip"]), int(message["port"]), str(message["client"]), int(message["client_port"])
        session = TlsSession(bits=_PRIVATE_BITS) if message.get("secure") else None
        self._taken(HandedConnection(sock, b"", ip, port, client, client_port, session=session))

    def _open_logs(self, sites: list[int], fds: list[int]) -> None:
        for site, fd in zip(sites, fds, strict=True):
            if site == HTTPERR:
                self._httperr.writer.open(fd)
            elif site in self._logs:
                self._logs[site].writer.open(fd)
            else:
                os.close(fd)

    def _counted(self, under_way: bool = False) -> Message:
        """Requests begun, and log records that could not be written; where wanted, those that run."""
        lost = {HTTPERR: self._httperr.writer.lost, **{site: log.writer.lost for site, log in self._logs.items()}}
        counted: Message = {"requests": self._tracing.requests, "lost": {str(site): count for site, count in lost.items() if count}}
        return counted | {"under_way": self._under_way()} if under_way else counted

    def _under_way(self) -> dict[str, list[str]]:
        """Site, notification and module of the requests that run, by number; of very many the oldest."""
        running = [context for connection in self._connections if (context := connection.under_way) is not None]
        told = {}
        for context in sorted(running, key=lambda context: context.number)[:_MOST_TOLD]:
            steps = context.sequence.steps
            step = steps[context.step] if context.step < len(steps) else None
            told[str(context.number)] = [context.application.site, step.name if step else "", step.module if step else ""]
        return told

    def _wake(self) -> None:
        """Something comes: users' code may run, records may be written."""
        if self._interpreter.has_code:
            self._watch.wake()
        self._at_work.set()

    def _may_run_code(self) -> bool:
        return self._interpreter.has_code and (bool(self._connections) or self.draining)

    async def _flush_logs(self) -> None:
        """About once a second; where nothing can be written, the loop is left alone."""
        while True:
            await self._at_work.wait()
            await asyncio.sleep(_FLUSH_S)
            self._flush()
            if self._watch.resting and not self._connections:
                self._at_work.clear()

    def _flush(self) -> None:
        self._httperr.writer.flush()
        for log in self._logs.values():
            log.writer.flush()

    async def _drain(self, limit_s: float) -> None:
        """Begin no request any more: idle connections go to the front, running ones follow when they are done."""
        self._close_listeners()
        await self._first_requests()
        self.draining = True
        for number, connection in enumerate(list(self._connections), 1):
            connection.hand_over()
            if not number % _AT_ONCE:  # each has two descriptors until the loop has closed the first
                await asyncio.sleep(0)
        self._channel.send({"type": "quiet"})
        hearing = self.tasks.start(self._hear_while_draining(), "draining")
        await self._leave(limit_s)
        hearing.cancel()
        self._channel.send({"type": "drained", **self._counted()})

    async def _first_requests(self) -> None:
        """A TLS connection cannot be handed over: one that was just accepted is asked once before this worker begins nothing more."""
        loop = asyncio.get_running_loop()
        end = loop.time() + _FIRST_REQUEST_S
        while loop.time() < end and (self._greeting or any(one.tls and not one.asked for one in self._connections)):
            await asyncio.sleep(_DRAIN_LOOK_S)

    def _close_listeners(self) -> None:
        self._listeners.close_all()
        if self._tls is not None:
            self._tls.release()

    @property
    def _greeting(self) -> int:
        """TLS connections that are no connections of ours yet."""
        return self._tls.door.busy if self._tls is not None else 0

    async def _hear_while_draining(self) -> None:
        try:
            while True:
                message, fds = await self._channel.receive()
                if message.get("type") in ("logs", "output", "ping", "routes", "front", "certificates", "capture"):
                    await self._heard(message, fds)
                else:
                    for fd in fds:
                        os.close(fd)
        except ChannelClosed:
            return

    async def _leave(self, limit_s: float, *, orphan: bool = False) -> None:
        """Wait for what runs, then let the applications end."""
        loop = asyncio.get_running_loop()
        end = loop.time() + limit_s
        self.draining = True
        self._wake()  # applications end: users' code
        self._close_listeners()
        if orphan:
            for connection in list(self._connections):
                connection.close()
        quiet_turns = 0
        while quiet_turns < 3 and loop.time() < end:  # accepted sockets may not be connections yet: look again
            await asyncio.sleep(_DRAIN_LOOK_S)
            quiet_turns = 0 if self._connections or self._coming or self._greeting else quiet_turns + 1
        if not orphan:
            try:
                await asyncio.wait_for(self._link.settle(), 2)
            except TimeoutError:
                pass
        for host in self._hosts.values():
            await host.stop()
        self._threads.stop()
        self._flush()

    # --- connections (wire.server.Server)

    @property
    def limits(self) -> SiteLimits:
        return self.router.limits

    def _connection(self) -> HttpConnection:
        return HttpConnection(self)

    def application(self, site: str, path: str) -> ApplicationHost | None:
        return self._hosts.get((site, path))

    def connection_made(self, connection: HttpConnection) -> None:
        self._connections.add(connection)
        self._wake()
        has_room = self._presence.made(connection)  # told in either case: it leaves as others do
        if not has_room or len(self._connections) + self._greeting > self._most:
            self._httperr.write(connection.client or ("", 0), connection.local or ("", 0), b"", None, "Connections_Refused")
            connection.turn_away()
        elif self.draining:
            asyncio.get_running_loop().call_soon(connection.hand_over)

    def connection_lost(self, connection: HttpConnection) -> None:
        self._connections.discard(connection)
        self._presence.left(connection)

    def entered(self, connection: HttpConnection, site: SiteRoute) -> None:
        self._presence.entered(connection, site)
        connection.slow_down(self._bandwidth.of(site))

    def give_away(self, connection: HttpConnection, sock: socket.socket, unread: bytes) -> None:
        local, client = connection.local or ("", 0), connection.client or ("", 0)
        hops = self._presence.hops(connection) if unread else 0
        self._give_back(HandedConnection(sock, unread, local[0], local[1], client[0], client[1], hops, session=connection.session))

    def _give_back(self, handed: HandedConnection) -> None:
        if self._shadow or not self._link.give(handed):
            handed.sock.close()

    def timed_out(self, connection: HttpConnection, reason: str, head: bytes) -> None:
        self._httperr.write(connection.client or ("", 0), connection.local or ("", 0), head, None, reason, pool=self.plan.name)

    def refused(self, connection: HttpConnection, refusal: Refusal, head: bytes) -> None:
        pool = self.plan.name if refusal.status == 503 else ""  # what is refused before is in no queue
        self._httperr.write(connection.client or ("", 0), connection.local or ("", 0), head, refusal.status, refusal.reason, pool=pool)

    def _taken(self, handed: HandedConnection) -> None:
        """The front (or a console, through the service) passed us a connection."""
        if self.draining:
            self._give_back(handed)
            return
        if handed.encrypted:
            self._tls_ending().take(handed)
            return
        self._coming += 1
        self.tasks.start(self._adopt(handed), "adopt")

    async def _adopt(self, handed: HandedConnection) -> None:
        def connection() -> HttpConnection:
            return self._handed_connection(handed, handed.session)

        try:
            await asyncio.get_running_loop().connect_accepted_socket(connection, handed.sock)
        except OSError:  # the client went away meanwhile
            handed.sock.close()
        finally:
            self._coming -= 1

    def _handed_connection(self, handed: HandedConnection, session: TlsSession | None) -> HttpConnection:
        ends = {"endpoint": (handed.ip, handed.port), "client": (handed.client, handed.client_port)}
        made = HttpConnection(self, **ends, unread=handed.unread, session=session)
        self._presence.came(made, handed.hops)
        return made

    def _tls_ending(self) -> TlsEnding:
        if self._tls is None:
            from hwebcore.worker.tls_ending import TlsEnding

            self._tls = TlsEnding(
                self.tasks, lambda: self.limits, self._handed_connection, self._give_back, lambda: self.draining, self._httperr, self._addresses
            )  # fmt: skip
        return self._tls

    def _not_taken(self, connections: list[HandedConnection]) -> None:
        """The pair broke, which only the service's end can cause: nobody is left to take them."""
        for handed in connections:
            handed.sock.close()
