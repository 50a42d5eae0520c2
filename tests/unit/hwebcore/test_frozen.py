"""A frozen value behaves as a frozen dataclass with slots does."""

from __future__ import annotations

import copy
import dataclasses
from dataclasses import dataclass

import pytest

from hwebcore.frozen import frozen


@frozen
class Ours:
    name: str
    size: int = 3
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Theirs:
    name: str
    size: int = 3
    parts: tuple[str, ...] = ()


@frozen
class Nothing:
    pass


@frozen
class One:
    value: int = 0

    @property
    def double(self) -> int:
        return 2 * self.value


def test_it_is_a_dataclass_with_slots() -> None:
    ours, theirs = Ours("a", parts=("x",)), Theirs("a", parts=("x",))
    assert repr(ours) == repr(theirs).replace("Theirs", "Ours")
    assert dataclasses.asdict(ours) == dataclasses.asdict(theirs)
    assert [(one.name, one.default) for one in dataclasses.fields(ours)] == [(one.name, one.default) for one in dataclasses.fields(theirs)]
    assert not hasattr(ours, "__dict__")
    assert dataclasses.replace(ours, size=9) == Ours("a", 9, ("x",))
    assert copy.deepcopy(ours) == ours
    assert One(4).double == 8


def test_equality_and_hash_go_by_class_and_values() -> None:
    assert Ours("a") == Ours("a", 3)
    assert hash(Ours("a")) == hash(Ours("a", 3))
    assert Ours("a") != Ours("b")
    assert Ours("a") != Theirs("a")
    assert One(1) != (1,)
    assert {One(1), One(1), One(2)} == {One(2), One(1)}
    assert Nothing() == Nothing()
    assert hash(Nothing()) == hash(())


def test_it_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Ours("a").size = 4  # type: ignore[misc]  # wrong on purpose
    with pytest.raises(dataclasses.FrozenInstanceError):
        del Ours("a").size


@pytest.mark.parametrize(
    ("given", "named"),
    [((), {}), (("a", 1, (), 4), {}), (("a",), {"name": "b"}), (("a",), {"other": 1})],
)
def test_what_cannot_be_made(given: tuple[object, ...], named: dict[str, object]) -> None:
    for kind in (Ours, Theirs):
        with pytest.raises(TypeError):
            kind(*given, **named)  # type: ignore[arg-type]  # a wrong keyword fails when it is taken
