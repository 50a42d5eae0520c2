"""Frozen dataclasses as compact JSON and back, and the digest by which equal ones are known. How plans travel.

Knows no plan, only sources: types are read from the annotations. A field that holds its default is left out, keys are sorted.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
import types
import typing
from typing import Any, Literal, TypeVar

from hwebcore.source import Source

T = TypeVar("T")


def to_json(value: object) -> str:
    """A plan as compact JSON with sorted keys: equal plans give equal text. Fields that hold their default are left out."""
    return json.dumps(_encode(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def from_json(kind: type[T], text: str | bytes) -> T:
    """The value that `to_json` wrote. Raises ValueError or TypeError for anything else."""
    return typing.cast(T, _decode(kind, json.loads(text)))


def digest(value: object) -> str:
    """Equal for plans that do the same. Lines and columns of sources do not count: a line added above them changes no pool."""
    encoded = json.dumps(_encode(value, places=False), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(encoded.encode()).hexdigest()


def _encode(value: Any, places: bool = True) -> Any:
    if not places and isinstance(value, Source):
        return value.file
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        defaults = _defaults(type(value))
        encoded = {}
        for name, default in defaults:
            item = getattr(value, name)
            if default is dataclasses.MISSING or item != default:
                encoded[name] = _encode(item, places)
        return encoded
    if isinstance(value, tuple):
        return [_encode(item, places) for item in value]
    return value


@functools.cache
def _defaults(kind: type[Any]) -> tuple[tuple[str, Any], ...]:
    return tuple((field.name, field.default) for field in dataclasses.fields(kind))


@functools.cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _decode(kind: Any, value: Any) -> Any:
    origin = typing.get_origin(kind)
    if origin is tuple:
        arguments = typing.get_args(kind)
        if not isinstance(value, list):
            raise TypeError(f"expected a list, not {type(value).__name__}")
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return tuple(_decode(arguments[0], item) for item in value)
        return tuple(_decode(argument, item) for argument, item in zip(arguments, value, strict=True))
    if origin in (typing.Union, types.UnionType):
        if value is None:
            return None
        return _decode(next(argument for argument in typing.get_args(kind) if argument is not type(None)), value)
    if origin is Literal:
        if value not in typing.get_args(kind):
            raise ValueError(f"{value!r} is none of {', '.join(map(str, typing.get_args(kind)))}")
        return value
    if dataclasses.is_dataclass(kind):
        hints = _hints(typing.cast(type, kind))
        if not isinstance(value, dict) or not value.keys() <= hints.keys():
            raise ValueError(f"this is no {typing.cast(type, kind).__name__}: {value!r:.100}")
        return typing.cast(Any, kind)(**{name: _decode(hints[name], item) for name, item in value.items()})
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, kind):
        raise TypeError(f"expected {kind.__name__}, not {type(value).__name__}")
    return value
