"""configSource: a section of a web.config whose content lies in another file.

Knows no inheritance: one layer comes in, the same layer with the other file's element goes out, or with the fault that stops
it. applicationHost.config has no such attribute. hierarchy.py asks for every layer; merge.py lays what comes out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path, PurePosixPath

from model.document import Document
from model.merge import Layer
from model.source import INVALID_DATA, Problem, Source

CONFIG_SOURCE = "configSource"
#: The number of applicationHost.config in every chain.
_SERVER = 2


def sourced(layer: Layer, read: Callable[[Path], Document | None]) -> Layer:
    """`layer`, or where its element names a file, the same with that file's root element."""
    attribute = layer.element.attribute(CONFIG_SOURCE) if layer.level > _SERVER and layer.element.attributes else None
    if attribute is None or layer.fault is not None:
        return layer
    if len(layer.element.attributes) > 1 or layer.element.children:
        return replace(layer, fault=_fault(layer, "A section with configSource has nothing else: no other attribute and no element"))
    name = attribute.value.replace("\\", "/")
    if not name or name.startswith("/") or name[1:2] == ":" or ".." in PurePosixPath(name).parts:
        return replace(layer, fault=_fault(layer, f"configSource names a file of this folder or below it, not '{attribute.value}'"))
    document = read(layer.document.path.parent / name)
    if document is None:
        return replace(layer, fault=_fault(layer, f"The file '{attribute.value}' of configSource does not exist"))
    root = document.root
    broken = next((problem for problem in document.problems if problem.severity == "error"), None)
    if root is None or broken is not None:
        why = broken.message if broken else "it is empty"
        return replace(layer, fault=_fault(layer, f"The file '{attribute.value}' of configSource cannot be read: {why}"))
    if root.name != layer.element.name:
        message = f"The file '{attribute.value}' of configSource holds <{root.name}>, not <{layer.element.name}>"
        return replace(layer, fault=_fault(layer, message))
    return replace(layer, element=root, document=document)


def _fault(layer: Layer, message: str) -> Problem:
    place = layer.element.attribute(CONFIG_SOURCE) or layer.element
    return Problem("error", INVALID_DATA, message, Source(str(layer.document.path), place.line, place.column, layer.point))
