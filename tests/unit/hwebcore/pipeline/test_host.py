"""An application in a worker: scopes, sequences once, what it ends."""

from __future__ import annotations

import time

import pytest

from hwebcore.pipeline.host import ApplicationHost
from hwebcore.pipeline.pipeline import Pipeline
from hwebcore.pipeline.registers import Registers
from hwebcore.pipeline.threads import BlockingThreads
from hwebcore.pipeline.tracing import Tracing
from hwebcore.plan import ApplicationPlan, PoolPlan, Scope, ScopeSettings, VirtualDirectory
from tests.support.pipeline_driver import MemoryWire, handler, hello, native, request, row


def host(*scopes: Scope, log: list[str] | None = None) -> ApplicationHost:
    plan = ApplicationPlan("S", 1, "/", (VirtualDirectory("/", "/srv"),), scopes)
    settings = ScopeSettings(modules=(native("Handler"),), handlers=(row(),))
    pool = PoolPlan("P", "Integrated", applications=(plan,), settings=(settings, settings))
    registers = Registers({}, {"Handler": handler(hello)})
    return ApplicationHost(
        plan,
        pool,
        Pipeline(Tracing()),
        keys=(bytes(32),),
        threads=BlockingThreads(1),
        registers=registers,
        log=(log if log is not None else []).append,
    )


@pytest.mark.parametrize(("path", "settings"), [("/", 0), ("/a", 1), ("/A/x", 1), ("/ab", 0)])
def test_the_longest_scope_by_segments(path: str, settings: int) -> None:
    assert host(Scope("/a", 1), Scope("/", 0)).settings_for(path) == settings


def test_one_sequence_serves_all_requests_of_a_scope_and_handler() -> None:
    given = host(Scope("/", 0))
    first, second = (given.begin(request("GET", url), MemoryWire()) for url in ("/a", "/b/c"))
    assert first.sequence is second.sequence
    assert (first.physical_path, second.physical_path) == ("/srv/a", "/srv/b/c")


async def test_what_it_started_ends_newest_first_and_failures_are_told() -> None:
    log: list[str] = []
    ended: list[int] = []
    given = host(Scope("/", 0), log=log)

    async def later() -> None:
        ended.append(2)

    given.on_stop(lambda: ended.append(1))
    given.on_stop(later)
    given.on_stop(lambda: 1 / 0)  # type: ignore[arg-type,return-value]  # it raises, whatever it says
    await given.stop()
    assert ended == [2, 1]
    assert "ZeroDivisionError" in log[0]


@pytest.mark.parametrize("years", [0.01, 5.0, float("inf")])
def test_a_sign_in_is_ended_however_long_its_tickets_last(years: float) -> None:
    given = host(Scope("/", 0))
    told: list[str] = []
    given.tell_ended = lambda number, until: told.append(number)
    given.end_sign_in("f" * 32, time.time() + years * 366 * 24 * 3600)
    assert "f" * 32 in given.ended
    assert told == ["f" * 32]
