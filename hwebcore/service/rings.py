"""A worker's shared memory: its trace ring, its requests in flight, its names; details of requests while a console captures.

Made here; the worker is the only writer. Knows no trace. Readers get read-only descriptors. A pool keeps the rings of its last two dead workers.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from hwebcore.detail_ring import RING_BYTES
from hwebcore.held_connections import held_connections, table_bytes
from hwebcore.platform import memory_file, read_only
from hwebcore.records import RingReader, flights_bytes, ring_bytes

RING_SLOTS = 4096
FLIGHT_SLOTS = 1024
NAMES_BYTES = 1 << 20


@dataclass(slots=True)
class WorkerRings:
    """`name` is the ring's id on the control socket."""

    name: str
    pool: str
    mode: str
    shadow: bool
    ring: int
    flights: int
    names: int
    #: held_connections.py: the table of its open connections.
    connections: int
    pid: int = 0
    alive: bool = True
    #: detail_ring.py; -1 while nobody captures.
    details: int = -1

    @classmethod
    def make(cls, name: str, pool: str, mode: str, shadow: bool) -> WorkerRings:
        return cls(
            name,
            pool,
            mode,
            shadow,
            memory_file(f"ring-{name}", ring_bytes(RING_SLOTS)),
            memory_file(f"flights-{name}", flights_bytes(FLIGHT_SLOTS)),
            memory_file(f"names-{name}", NAMES_BYTES),
            memory_file(f"connections-{name}", table_bytes()),
        )

    @property
    def descriptors(self) -> tuple[int, int, int]:
        return self.ring, self.flights, self.names

    def for_readers(self) -> list[int]:
        """New read-only descriptors; the caller closes them."""
        return [read_only(fd) for fd in self.descriptors]

    def written(self) -> int:
        """The ring's next sequence number: it stands still while no request ends."""
        return int.from_bytes(os.pread(self.ring, 8, 24), "little")

    def in_flight(self) -> list[str]:
        """The requests under way, or those that died with the worker: "GET /path"."""
        return [f"{flight.method} {flight.url}" for flight in RingReader(*self.descriptors).flights() if not flight.parent]

    def others(self) -> list[tuple[str, int]]:
        """Address and port of the clients that are connected and have no request under way: idle, or with one that nobody has read."""
        busy = {(flight.client, flight.port) for flight in RingReader(*self.descriptors).flights()}
        return [client for client in held_connections(self.connections) if client not in busy]

    def open_details(self) -> None:
        """Make the detail ring where there is none. Raises OSError."""
        if self.details < 0:
            self.details = memory_file(f"details-{self.name}", RING_BYTES)

    def close_details(self) -> None:
        """Its memory is given back, and what it holds is gone, with the last who reads it."""
        if self.details >= 0:
            os.close(self.details)
            self.details = -1

    def close(self) -> None:
        self.close_details()
        for fd in (*self.descriptors, self.connections):
            os.close(fd)


class RingShelf:
    """All rings of a service by name: live ones and the last dead of each pool."""

    KEPT_DEAD = 2

    def __init__(self) -> None:
        self._rings: dict[str, WorkerRings] = {}
        self._made = 0

    def make(self, pool: str, mode: str, shadow: bool) -> WorkerRings:
        self._made += 1
        rings = WorkerRings.make(f"r{self._made}", pool, mode, shadow)
        self._rings[rings.name] = rings
        return rings

    def died(self, rings: WorkerRings) -> None:
        """Keep it for readers; let the one of the pool go that died first."""
        rings.alive = False
        if rings.name in self._rings:
            self._rings[rings.name] = self._rings.pop(rings.name)  # the order of death: an old worker may drain for long
        dead = [other for other in self._rings.values() if not other.alive and other.pool == rings.pool and other.shadow == rings.shadow]
        for old in dead[: -self.KEPT_DEAD]:
            self._rings.pop(old.name).close()

    def drop(self, pool: str) -> None:
        """The pool is no longer configured: nobody looks at what its workers left."""
        for old in [ring for ring in self._rings.values() if ring.pool == pool and not ring.alive]:
            self._rings.pop(old.name).close()

    def get(self, name: str) -> WorkerRings | None:
        return self._rings.get(name)

    def all(self) -> list[WorkerRings]:
        return list(self._rings.values())

    def close(self) -> None:
        for rings in self._rings.values():
            rings.close()
        self._rings.clear()
