"""A pool's queue and states in the front: hwebcore/front/pool_gate.py."""

from __future__ import annotations

from typing import Any

import pytest

from hwebcore.front.pool_gate import PoolGate


class _Connection:
    def __init__(self) -> None:
        self.answers: list[str] = []
        self.deadline = 100.0
        self.resets = 0

    def answer(self, refusal: Any) -> None:
        self.answers.append(refusal.reason)

    def reset(self) -> None:
        self.resets += 1

    def wait(self) -> None:
        return

    def release(self) -> _Connection:
        return self


class _Link:
    def __init__(self, *, takes: bool = True, is_open: bool = True) -> None:
        self.taken: list[Any] = []
        self.takes = takes
        self.open = is_open

    def give(self, connection: Any) -> bool:
        if self.takes:
            self.taken.append(connection)
        return self.takes


def _gate(**fields: Any) -> tuple[Any, list[str], list[Any]]:
    demands: list[str] = []
    left: list[Any] = []
    gate: Any = PoolGate("P", demands.append, left.append, lambda pool, pid: demands.append(f"cut off {pid}"))
    for name, value in fields.items():
        setattr(gate, name, value)
    return gate, demands, left


def test_requests_wait_for_a_worker_in_order_and_beyond_the_queue_are_refused() -> None:
    gate, demands, left = _gate(queue_length=2)
    connections = [_Connection() for _ in range(3)]
    for connection in connections:
        gate.take(connection)
    assert demands == ["P", "P"]
    assert connections[2].answers == ["QueueFull"]
    link = _Link()
    gate.links = {7: link}
    gate.settle()
    assert link.taken == left == connections[:2]


# rules: pools.closed
@pytest.mark.parametrize(("state", "reason"), [("stopped", "Disabled"), ("failed", "AppOffline")])
def test_a_closed_pool_refuses_with_its_word(state: str, reason: str) -> None:
    gate, _, _ = _gate()
    waiting, late = _Connection(), _Connection()
    gate.take(waiting)
    gate.state = state
    gate.settle()
    gate.take(late)
    assert waiting.answers == late.answers == [reason]


# rules: pools.closed
def test_tcp_level_resets() -> None:
    gate, _, _ = _gate(state="failed", tcp_reset=True)
    connection = _Connection()
    gate.take(connection)
    assert (connection.resets, connection.answers) == (1, [])


def test_a_link_that_dies_under_our_hands_sends_the_request_to_the_queue() -> None:
    gate, demands, _ = _gate(state="live", links={7: _Link(takes=False, is_open=False)})
    gate.take(_Connection())
    assert (gate.waiting, gate.links, gate.state, demands) == (1, {}, "starting", ["cut off 7", "P"])


def test_a_link_that_is_full_is_queue_full() -> None:
    gate, _, _ = _gate(state="live", links={7: _Link(takes=False)})
    connection = _Connection()
    gate.take(connection)
    assert connection.answers == ["QueueFull"]


# rules: limits.queue
def test_waiting_too_long_and_a_pool_that_goes_are_answered() -> None:
    gate, _, _ = _gate()
    old, young = _Connection(), _Connection()
    old.deadline = 1.0
    gate.take(young)
    gate.take(old)
    gate.expire(50.0)
    assert (old.answers, young.answers) == (["Timer_ReqQueue"], [])
    gate.forget()
    assert young.answers == ["N/A"]


def test_the_workers_of_a_web_garden_take_turns_and_a_dead_one_is_passed_over() -> None:
    first, second, dead = _Link(), _Link(), _Link(takes=False, is_open=False)
    gate, _, _ = _gate(state="live", links={7: first, 8: second})
    for _ in range(6):
        gate.take(_Connection())
    assert (len(first.taken), len(second.taken)) == (3, 3)
    gate.links = {9: dead, 7: first}
    for _ in range(2):
        gate.take(_Connection())
    assert len(first.taken) == 5
    assert gate.links == {7: first}
