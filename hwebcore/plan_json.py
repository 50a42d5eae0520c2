"""Frozen dataclasses as compact JSON and back, and the digest by which equal ones are known. How plans travel.

Knows no plan, only sources: types are read from the annotations. A field that holds its default is left out, keys are sorted.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import sys
import types
import typing
from collections.abc import Callable
from typing import Any, Literal, TypeVar

from hwebcore.source import Source

T = TypeVar("T")


#: Fields of plans that change no answer but its reason: no worker is replaced for them.
_ONLY_TOLD = frozenset({"left_out"})


def to_json(value: object) -> str:
    """A plan as compact JSON with sorted keys: equal plans give equal text. Fields that hold their default are left out."""
    return json.dumps(_encode(value), sort_keys=True, separators=(",", ":"))


def from_json(kind: type[T], text: str | bytes) -> T:
    """The value that `to_json` wrote. Raises ValueError or TypeError for anything else."""
    return typing.cast(T, _decoder(typing.cast(Any, kind))(json.loads(text)))


def digest(value: object) -> str:
    """Equal for plans that do the same. Lines and columns of sources do not count: a line added above them changes no pool. Nor what is only told."""
    import hashlib  # a worker digests nothing

    encoded = json.dumps(_encode(value, places=False), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(encoded.encode()).hexdigest()


def _encode(value: Any, places: bool = True) -> Any:
    if not places and isinstance(value, Source):
        return value.file
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        defaults = _defaults(type(value))
        encoded = {}
        for name, default in defaults:
            item = getattr(value, name) if places or name not in _ONLY_TOLD else default
            if default is dataclasses.MISSING or item != default:
                encoded[name] = _encode(item, places)
        return encoded
    if isinstance(value, tuple):
        return [_encode(item, places) for item in value]
    return value


@functools.cache
def _defaults(kind: type[Any]) -> tuple[tuple[str, Any], ...]:
    return tuple((field.name, field.default) for field in dataclasses.fields(kind))


def _hints(kind: type[Any]) -> dict[str, Any]:
    """The types of its fields. typing.get_type_hints would read each annotation anew, where a few dozen are all there are."""
    space = sys.modules[kind.__module__]
    return {field.name: _read(space, typing.cast(Any, field.type)) for field in dataclasses.fields(kind)}


@functools.cache
def _read(space: types.ModuleType, annotation: Any) -> Any:
    return eval(annotation, vars(space)) if isinstance(annotation, str) else annotation  # the annotations of our own source


_Decoder = Callable[[Any], Any]


@functools.cache
def _decoder(kind: Any) -> _Decoder:
    """What reads a value of this type: made once, so that the many values of a plan are read without asking what they are."""
    origin = typing.get_origin(kind)
    if origin is tuple:
        return _tuple_decoder(typing.get_args(kind))
    if origin in (typing.Union, types.UnionType):
        inner = _decoder(next(argument for argument in typing.get_args(kind) if argument is not type(None)))
        return lambda value: None if value is None else inner(value)
    if origin is Literal:
        return _literal_decoder(typing.get_args(kind))
    if dataclasses.is_dataclass(kind):
        return _value_decoder(typing.cast(type, kind))
    return _plain_decoder(kind)


def _tuple_decoder(arguments: tuple[Any, ...]) -> _Decoder:
    every = _decoder(arguments[0]) if len(arguments) == 2 and arguments[1] is Ellipsis else None
    each = () if every is not None else tuple(_decoder(argument) for argument in arguments)

    def decode(value: Any) -> Any:
        if not isinstance(value, list):
            raise TypeError(f"expected a list, not {type(value).__name__}")
        if every is not None:
            return tuple([every(item) for item in value])
        return tuple([one(item) for one, item in zip(each, value, strict=True)])

    return decode


def _literal_decoder(words: tuple[Any, ...]) -> _Decoder:
    def decode(value: Any) -> Any:
        if value not in words:
            raise ValueError(f"{value!r} is none of {', '.join(map(str, words))}")
        return value

    return decode


def _value_decoder(kind: type[Any]) -> _Decoder:
    hints = _hints(kind)
    fields: dict[str, _Decoder] = {}

    def decode(value: Any) -> Any:
        if not isinstance(value, dict) or not value.keys() <= hints.keys():
            raise ValueError(f"this is no {kind.__name__}: {value!r:.100}")
        given = {}
        for name, item in value.items():
            one = fields.get(name)
            if one is None:
                one = fields[name] = _decoder(hints[name])
            given[name] = one(item)
        return kind(**given)

    return decode


def _plain_decoder(kind: Any) -> _Decoder:
    def decode(value: Any) -> Any:
        if isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
            return value
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        raise TypeError(f"expected {kind.__name__}, not {type(value).__name__}")

    return decode
