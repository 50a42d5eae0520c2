"""`@frozen`: a dataclass with slots that cannot be changed, made without compiling code for it.

For the many small values that plans are made of: dataclasses writes and compiles six functions a class, a millisecond each, at the
start of every worker; these share theirs. To make one takes a little longer. Knows none of them. Look next at plan.py.
"""

from __future__ import annotations

import dataclasses
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")
_set = object.__setattr__
#: Class → reads all its fields at once.
_values: dict[type, Any] = {}


@dataclass_transform(frozen_default=True)
def frozen(cls: type[T]) -> type[T]:
    """Fields, `dataclasses.fields`, `replace`, equality, hash and repr are as of @dataclass(frozen=True, slots=True)."""
    cls.__doc__ = cls.__doc__ or f"{cls.__name__}."  # else dataclasses spells its signature, which costs as much as all the rest
    made: Any = dataclasses.dataclass(init=False, repr=False, eq=False, slots=True)(cls)
    made.__init__, made.__eq__, made.__hash__, made.__repr__ = _init, _eq, _hash, _repr
    made.__setattr__, made.__delattr__ = _refuse, _refuse
    made.__getstate__, made.__setstate__ = _getstate, _setstate
    names = made.__match_args__
    _values[made] = attrgetter(*names) if len(names) > 1 else (lambda self: (getattr(self, names[0]),)) if names else (lambda self: ())
    return made  # type: ignore[no-any-return]  # the class that was given, decorated


def _init(self: Any, *given: Any, **named: Any) -> None:
    fields = self.__dataclass_fields__
    if len(given) > len(fields):
        raise TypeError(f"{type(self).__name__} has {len(fields)} fields, {len(given)} values were given")
    for name, value in zip(fields, given, strict=False):
        if name in named:
            raise TypeError(f"{type(self).__name__} was given two values for {name!r}")
        _set(self, name, value)
    for name in self.__match_args__[len(given) :]:
        if name in named:
            _set(self, name, named.pop(name))
        elif (default := fields[name].default) is not dataclasses.MISSING:
            _set(self, name, default)
        else:
            raise TypeError(f"{type(self).__name__} needs a value for {name!r}")
    if named:
        raise TypeError(f"{type(self).__name__} has no field {next(iter(named))!r}")


def _eq(self: Any, other: object) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    values = _values[self.__class__]
    return self is other or values(self) == values(other)


def _hash(self: Any) -> int:
    return hash(_values[self.__class__](self))


def _repr(self: Any) -> str:
    return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self.__match_args__)})"


def _refuse(self: Any, name: str, *value: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _getstate(self: Any) -> list[Any]:
    return [getattr(self, name) for name in self.__match_args__]


def _setstate(self: Any, state: list[Any]) -> None:
    for name, value in zip(self.__match_args__, state, strict=True):
        _set(self, name, value)
