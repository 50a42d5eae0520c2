import json
from dataclasses import dataclass
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwebcore.plan import HandlerMapping, LeftOutHandler, PoolPlan, RouteTable, ScopeSettings
from hwebcore.plan_json import digest, from_json, to_json
from hwebcore.source import Source


@dataclass(frozen=True)
class Inner:
    name: str
    size: int = 0


@dataclass(frozen=True)
class Outer:
    inner: tuple[Inner, ...] = ()
    pair: tuple[str, int] = ("", 0)
    maybe: Inner | None = None
    mode: Literal["a", "b"] = "a"
    seconds: float = 1.0
    flag: bool = False


INNER = st.builds(Inner, st.text(), st.integers())
OUTER = st.builds(
    Outer,
    st.lists(INNER, max_size=3).map(tuple),
    st.tuples(st.text(), st.integers()),
    st.none() | INNER,
    st.sampled_from(["a", "b"]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
)


@given(OUTER)
def test_what_is_written_is_read(value: Outer) -> None:
    assert from_json(Outer, to_json(value)) == value


@given(st.builds(PoolPlan, st.text(), st.sampled_from(["Integrated", "Classic"]), source=st.none() | st.builds(Source, st.text())))
def test_plans_survive(plan: PoolPlan) -> None:
    assert from_json(PoolPlan, to_json(plan)) == plan
    assert from_json(PoolPlan, to_json(plan)).digest == plan.digest


def test_a_path_that_is_no_text_survives() -> None:
    plan = PoolPlan("P", "Integrated", source=Source("/srv/caf\udce9/web.config", 1, 1, ""))
    assert from_json(PoolPlan, to_json(plan).encode()) == plan
    assert plan.digest != PoolPlan("P", "Integrated").digest


def test_defaults_are_left_out_and_keys_sorted() -> None:
    assert to_json(Outer(maybe=Inner("x"), flag=True)) == '{"flag":true,"maybe":{"name":"x"}}'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[1",
        '{"inner":3}',
        '{"mode":"c"}',
        '{"pair":["x"]}',
        '{"flag":1}',
        '{"nonsense":1}',
        '{"maybe":{}}',
        '{"seconds":true}',
        '{"inner":[{"name":1}]}',
        '{"inner":[3]}',
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises((ValueError, TypeError)):
        from_json(Outer, text)


def test_a_whole_number_is_a_float_where_one_is_meant() -> None:
    assert json.loads(to_json(from_json(Outer, '{"seconds":2}'))) == {"seconds": 2.0}


def test_a_digest_knows_the_file_of_a_source_and_not_its_line() -> None:
    assert digest(Source("a", 1, 1, "x")) == digest(Source("a", 2, 9, "y"))
    assert digest(Source("a", 1, 1, "x")) != digest(Source("b", 1, 1, "x"))
    assert digest(RouteTable()) == digest(RouteTable())


def test_a_digest_does_not_know_what_is_only_told() -> None:
    told = ScopeSettings(left_out=(LeftOutHandler(HandlerMapping("A", "*", (), ()), "why"),))
    assert digest(told) == digest(ScopeSettings())
    assert from_json(ScopeSettings, to_json(told)) == told
