"""The service's side of one worker: start it with its plan, know when it is ready, ping it, drain it, learn how it ended.

Knows a plan's process settings and nothing of its modules. pools.py decides when; worker/worker.py is the other side.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

from hwebcore.channel import ChannelClosed, Message
from hwebcore.plan import PoolPlan, to_json
from hwebcore.platform import memory_text
from hwebcore.service.certificates import Share, Told
from hwebcore.service.child_process import ChildProcess, Launch, describe_exit
from hwebcore.service.failure import Failure, WorkerFailed
from hwebcore.service.lifetime import ProcessList
from hwebcore.service.rings import WorkerRings
from hwebcore.service.seats import Seat
from hwebcore.tasks import Tasks
from hwebcore.worker.httperr import HTTPERR

_LAST_WORDS_S = 1.0
_ENDED_AT_ONCE = 2000
#: Of what a worker says about itself so much is kept.
_MOST_WORDS = 1000
_MOST_STEPS = 100
_MOST_COUNTED = 1 << 53


@dataclass(frozen=True, slots=True)
class WorkerStart:
    """Everything a worker gets with its `start` message. What changes of itself is asked for when the process is there to be told."""

    plan: PoolPlan
    rings: WorkerRings
    launch: Launch
    routes: Callable[[], bytes]
    #: Each application's keys.
    keys: Callable[[], dict[str, list[str]]]
    #: site id (or HTTPERR) → descriptor of its log.
    logs: Callable[[], dict[int, int]]
    seat: Seat
    #: A descriptor of the pool's folder for compressed copies, -1 where there is none.
    copies: Callable[[], int]
    #: Sign-ins that count no longer.
    ended: Callable[[], list[tuple[str, float]]]
    shadow: bool = False
    #: Who may sign in with a password.
    accounts: Callable[[], Sequence[Mapping[str, Any]]] = tuple


class WorkerProcess:
    """`ended` is called once, with the failure or None for a proper end."""

    def __init__(self, start: WorkerStart, tasks: Tasks, ended: Callable[[WorkerProcess, Failure | None], None], processes: ProcessList) -> None:
        self.plan = start.plan
        self.digest = start.plan.digest
        self.rings = start.rings
        self.shadow = start.shadow
        self.seat = start.seat
        self.state = "starting"
        self.pid = 0
        self.started = time.time()
        #: Requests begun, and records lost by site log (HTTPERR: 0), as it said last.
        self.requests = 0
        self.log_lost: dict[int, int] = {}
        self.counted_at = 0.0
        #: Request number → site, notification and module of those that run, as it said last.
        self.steps: dict[int, tuple[str, str, str]] = {}
        #: The front's end of the hand-over pair.
        self.handover: socket.socket
        self.signed_out: Callable[[Message], None] = lambda message: None
        self._start = start
        self._tasks = tasks
        self._ended = ended
        self._processes = processes
        self._process: ChildProcess
        self._failure: Failure | None = None
        self._expected = False
        self._dismissed = False
        #: Why it does not run on the processors that the pool names, "" where it does.
        self.affinity_problem = ""
        loop = asyncio.get_running_loop()
        self._ready: asyncio.Future[None] = loop.create_future()
        self._quiet: asyncio.Future[None] = loop.create_future()
        self._gone: asyncio.Future[None] = loop.create_future()
        self._pong: asyncio.Future[None] | None = None
        #: With which descriptors.
        self._listening: dict[str, list[int]] = {}
        self._told = Told()

    async def begin(self) -> None:
        """Spawn it and wait until it is ready. Raises WorkerFailed; the process is gone then."""
        limit = self.plan.process.startup_time_limit_s
        theirs = await self._spawn()
        self._tasks.start(self._read(), f"worker {self.pid} channel").add_done_callback(self._close)
        try:
            self._send_start(theirs)
        except (OSError, ValueError) as error:  # no descriptor, no memory, more than a message holds: the process is there, and ends
            self._failure = _not_started(error)
            self._process.kill()
        finally:
            theirs.close()
        done, _ = await asyncio.wait([self._ready, self._gone], timeout=limit, return_when=asyncio.FIRST_COMPLETED)
        if not done:
            self._fail(Failure("time-out", f"was not ready within {limit:g} s", 5012))
            await self._gone
        if self._failure is not None or self._gone.done():
            raise WorkerFailed(self._failure or Failure("exit", "ended before it was ready", 5009))
        self.state = "running"
        if self.plan.process.pinging_enabled:
            self._tasks.start(self._ping(), f"worker {self.pid} ping")

    async def _spawn(self) -> socket.socket:
        """The process; returns its end of the hand-over pair. Raises WorkerFailed."""
        try:
            self.handover, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            try:
                self._process = await ChildProcess.spawn(self._start.launch)
            except BaseException:
                self.handover.close()
                theirs.close()
                raise
        except OSError as error:
            raise WorkerFailed(_not_started(error)) from error
        finally:
            os.close(self._start.launch.output)
        self.pid = self.rings.pid = self._process.pid
        self._bind_to_processors()
        self._processes.add(self.pid, self._process.started)
        return theirs

    def _send_start(self, theirs: socket.socket) -> None:
        for end in (self.handover, theirs):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        start, channel = self._start, self._process.channel
        with contextlib.ExitStack() as ours:
            plan = _held(ours, memory_text("plan", to_json(self.plan).encode()))
            routes = _held(ours, memory_text("routes", start.routes()))
            descriptors = [plan, routes, *self.rings.descriptors, theirs.fileno(), *self._details()]
            channel.send({"type": "start", "keys": start.keys(), "shadow": start.shadow}, descriptors)
            self.send_accounts(start.accounts())
            seat = start.seat
            channel.send({"type": "presence", "row": seat.row, "columns": seat.columns}, [self.rings.connections, seat.fd])
            self.send_ended(start.ended())
            copies = start.copies()
            if copies >= 0:
                channel.send({"type": "copies"}, [_held(ours, copies)])
            self.send_logs(start.logs())

    # --- commands

    def send_logs(self, logs: dict[int, int]) -> None:
        """Site logs as they are now; sent again when a log rolls."""
        wanted = [(number, logs[number]) for number in (HTTPERR, *(site.id for site in self.plan.sites)) if number in logs]
        for start in range(0, len(wanted), 16):
            piece = wanted[start : start + 16]
            self._process.channel.send({"type": "logs", "sites": [site for site, _ in piece]}, [fd for _, fd in piece])

    @property
    def output_pid(self) -> int:
        return self.pid

    def send_output(self, fd: int) -> None:
        """What it prints goes there from now on."""
        self._process.channel.send({"type": "output"}, [fd])

    def capture(self) -> None:
        """Its detail ring has come, or gone."""
        if self.pid:  # one that is not spawned yet gets it with its start
            self._process.channel.send({"type": "capture"}, self._details())

    def _details(self) -> list[int]:
        return [self.rings.details] if self.rings.details >= 0 else []

    def send_keys(self) -> None:
        if self.pid:  # one that is not spawned yet gets them with its start
            self._process.channel.send({"type": "keys", "keys": self._start.keys()})

    def send_ended(self, ended: list[tuple[str, float]]) -> None:
        """In pieces: a message has its limit."""
        if self.pid:  # one that is not spawned yet gets them with its start
            for first in range(0, len(ended), _ENDED_AT_ONCE):
                self._process.channel.send({"type": "ended", "ended": ended[first : first + _ENDED_AT_ONCE]})

    def send_accounts(self, accounts: Sequence[Mapping[str, Any]]) -> None:
        self._process.channel.send_long({"type": "accounts", "accounts": list(accounts)})

    def send_routes(self, routes: bytes) -> None:
        fd = memory_text("routes", routes)
        self._process.channel.send({"type": "routes"}, [fd])
        os.close(fd)

    def send_certificates(self, shares: Iterable[Share]) -> None:
        """Those whose keys this pool alone may hold."""
        self._told.tell(self._process.channel.send, (share for share in shares if share.pool == self.plan.name))

    def listen(self, endpoint: str, fds: list[int], secure: bool = False) -> None:
        """Again where there are more sockets: another family's address has become free."""
        message = {"type": "listen", "endpoint": endpoint, "secure": secure}
        if self._listening.get(endpoint) != fds and self._process.channel.send(message, fds):
            self._listening[endpoint] = fds

    def unlisten(self, endpoint: str) -> None:
        if endpoint in self._listening:
            del self._listening[endpoint]
            self._process.channel.send({"type": "unlisten", "endpoint": endpoint})

    @property
    def listening(self) -> frozenset[str]:
        return frozenset(self._listening)

    def connection(self, fd: int, ip: str, port: int, client_port: int, secure: bool = False) -> bool:
        """Serve a descriptor as a connection that was accepted at ip:port from 127.0.0.1:client_port; `secure`: as one of https."""
        fields = {"ip": ip, "port": port, "client": "127.0.0.1", "client_port": client_port, "secure": secure}
        return self._process.channel.send({"type": "connection", **fields}, [fd])

    @property
    def gone(self) -> bool:
        """It has ended, or is left to a debugger: no worker any more."""
        return self._gone.done()

    async def drain(self) -> None:
        """Have it begin no further request; returns when it says so (or is gone)."""
        if self.gone:
            return
        if self.state == "draining":
            await asyncio.wait([self._quiet, self._gone], return_when=asyncio.FIRST_COMPLETED)
            return
        self.state = "draining"
        self._expected = True
        self._listening.clear()
        self._process.channel.send({"type": "drain", "limit_s": self.plan.process.shutdown_time_limit_s})
        await asyncio.wait([self._quiet, self._gone], timeout=5, return_when=asyncio.FIRST_COMPLETED)

    async def stop(self) -> Failure | None:
        """Drain and wait for its end; after shutdownTimeLimit it is killed, and that is a failure (5013)."""
        limit = self.plan.process.shutdown_time_limit_s
        await self.drain()
        done, _ = await asyncio.wait([self._gone], timeout=limit)
        if done:
            return None
        self._failure = Failure("time-out", f"did not end within {limit:g} s", 5013)
        self._put_away()
        await self._gone
        return self._failure

    def kill(self) -> None:
        if self.pid:  # one that is not spawned yet is ended by whoever waits for it
            self._process.kill()

    def dismiss(self) -> None:
        """Kill it for a reason that is no failure of its own."""
        self._dismissed = True
        self.kill()

    async def bury(self) -> None:
        """End an orphan: nobody is left to hold its channel."""
        self._process.kill()
        await self._process.wait()

    async def cut_off(self) -> None:
        """The front's link to it broke. One that does not end by itself is there for nobody."""
        await asyncio.wait([self._gone], timeout=_LAST_WORDS_S)
        if self.state == "running" and not self.gone:
            self._fail(Failure("channel", "broke its link to the front", 5011))

    def new_front(self) -> None:
        """The front is another process: what the last one did not acknowledge is sent again."""
        self._process.channel.send({"type": "front"})

    # --- what it says

    async def _read(self) -> None:
        channel = self._process.channel
        try:
            while True:
                message, fds = await channel.receive()
                for fd in fds:
                    os.close(fd)
                try:
                    self._heard(message)
                except Exception as error:  # it may be anybody's code that speaks: its own process suffers, and is still watched
                    self._fail(Failure("channel", f"sent what cannot be taken in: {type(error).__name__}", 5127))
        except ChannelClosed:
            await self._end(channel.reason)

    def _heard(self, message: Message) -> None:
        kind = message.get("type")
        if kind == "ready" and not self._ready.done():
            self._ready.set_result(None)
        elif kind == "refused":
            problems = message.get("problems")
            kept: tuple[dict[str, Any], ...] = tuple(item for item in problems if isinstance(item, dict)) if isinstance(problems, list) else ()
            words = "; ".join(str(item.get("message", "")) for item in kept) or "no reason given"
            self._fail(Failure("refused", f"refused its plan: {words[:_MOST_WORDS]}", 5059, kept))
        elif kind == "pong":
            self._counted(message)
            if self._pong is not None and not self._pong.done():
                self._pong.set_result(None)
        elif kind == "quiet" and not self._quiet.done():
            self._quiet.set_result(None)
        elif kind == "drained":
            self._counted(message)
            self._expected = True
        elif kind == "signed_out":
            self.signed_out(message)
        elif kind != "ready" and kind != "quiet":
            self._fail(Failure("channel", "sent what is no message of a worker", 5127))

    def _counted(self, message: Message) -> None:
        """Users' code may speak as the worker: what it says reaches consoles, and counts for no site but its own."""
        requests, lost = message.get("requests"), message.get("lost")
        if _is_count(requests) and isinstance(lost, dict):
            self.requests, self.counted_at = requests, time.monotonic()
            counts = {site: lost.get(str(site)) for site in (HTTPERR, *(site.id for site in self.plan.sites))}
            self.log_lost = {site: count for site, count in counts.items() if _is_count(count)}
        steps = message.get("under_way")
        if isinstance(steps, dict):
            self.steps = {
                int(number): (str(step[0])[:_MOST_WORDS], str(step[1])[:_MOST_WORDS], str(step[2])[:_MOST_WORDS])
                for number, step in list(steps.items())[:_MOST_STEPS]
                if number.isdecimal() and isinstance(step, list) and len(step) == 3
            }

    async def _ping(self) -> None:
        settings = self.plan.process
        while not self._gone.done():
            await asyncio.wait([self._gone], timeout=settings.ping_interval_s)
            if self._gone.done():
                return
            self._pong = asyncio.get_running_loop().create_future()
            self._process.channel.send({"type": "ping"})
            done, _ = await asyncio.wait([self._pong, self._gone], timeout=settings.ping_response_time_s, return_when=asyncio.FIRST_COMPLETED)
            if not done:
                self._fail(Failure("ping", f"did not answer a ping within {settings.ping_response_time_s:g} s", 5010))
                return

    def ping_now(self, under_way: bool = False) -> None:
        """Ask for its figures; they stand in `requests`, `log_lost` and, where wanted, `steps` a moment later."""
        self._process.channel.send({"type": "ping", "under_way": under_way})

    def _fail(self, failure: Failure) -> None:
        self._failure = self._failure or failure
        self._put_away()

    def _put_away(self) -> None:
        """End a failed process, or leave it to a debugger: it is no worker any more, and keeps its channel so that it lives."""
        if not self.plan.failure.orphan or self.shadow or self._failure is None or self._failure.kind == "refused":
            self._process.kill()
        elif self.state != "orphaned":
            self.state = "orphaned"
            self._process.channel.send({"type": "drain", "limit_s": 0})  # should it wake, it begins nothing
            with contextlib.suppress(OSError):  # what was handed to it and not acknowledged goes back
                self.handover.shutdown(socket.SHUT_RDWR)
            self.handover.close()
            if not self._gone.done():
                self._gone.set_result(None)
                self._ended(self, self._failure)

    def _bind_to_processors(self) -> None:
        """smpAffinitized: the process, and all that it starts, runs on these processors alone."""
        mask = self.plan.cpu.affinity
        if not mask or not hasattr(os, "sched_setaffinity"):
            return
        processors = {number for number in os.sched_getaffinity(0) if mask >> number & 1}
        try:
            os.sched_setaffinity(self.pid, processors)
        except OSError as error:  # none of them is here
            self.affinity_problem = f"cannot be bound to the processors of mask {mask:#x}: {error.strerror}"

    async def _end(self, reason: str) -> None:
        """The channel is closed: the process has ended, or lost its mind."""
        waiter = self._tasks.start(self._process.wait(), f"worker {self.pid} exit")
        done, _ = await asyncio.wait([waiter], timeout=_LAST_WORDS_S if not self._expected else self.plan.process.shutdown_time_limit_s)
        if not done:
            self._failure = self._failure or Failure("channel", f"broke its channel: {reason}", 5011)
            self._process.kill()  # without its channel it ends by itself: it cannot be left to a debugger
        code = await waiter
        failure = self._failure
        if failure is None and not (self._expected and code == 0) and not self._dismissed:
            failure = Failure("exit", f"ended unexpectedly: {describe_exit(code)}", 5009)
        self._failure = failure
        orphaned, self.state = self.state == "orphaned", "ended"
        self._processes.remove(self.pid)
        self._close()
        if not self._gone.done():
            self._gone.set_result(None)
        self._ended(self, None if orphaned else failure)

    def _close(self, *_: object) -> None:
        """Our ends. A service that ends waits for no process that is only coming up; that one ends by itself then."""
        self._process.channel.close()
        self.handover.close()


def _not_started(error: Exception) -> Failure:
    return Failure("exit", f"could not be started: {error}", 5059)


def _held(ours: contextlib.ExitStack, descriptor: int) -> int:
    """Closed when all is sent, or nothing more can be."""
    ours.callback(os.close, descriptor)
    return descriptor


def _is_count(value: object) -> TypeGuard[int]:
    return type(value) is int and 0 <= value <= _MOST_COUNTED
