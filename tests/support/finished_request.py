"""A request that has ended, as far as a ring's writer looks at it; and one that is under way."""

from __future__ import annotations

from dataclasses import dataclass, field

from hwebcore.records import Answer, FlightsWriter


@dataclass
class AnAnswer:
    status: int = 200
    substatus: int = 0
    set_by: int = 0
    bytes_sent: int = 5


@dataclass
class FinishedRequest:
    number: int
    codes: bytes
    times: list[float]
    start: float = 1.0
    end: float = 2.0
    wall: float = 3.0
    response: Answer = field(default_factory=AnAnswer)


def set_out(flights: FlightsWriter, number: int, parent: int, told: bytes) -> None:
    """As the worker does when a request begins; `parent` 0: none."""
    flights.put(flights.free.pop(), number + 1, parent, 0.0, 0.0, told)
