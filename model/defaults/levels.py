"""Reads the two .NET levels above applicationHost.config, ours: machine.config (which sections exist) and the root web.config.

Knows nothing of how they are merged. hierarchy.py puts them first in every chain.
"""

from __future__ import annotations

import functools
from importlib import resources
from pathlib import Path

from model.config_path import SERVER
from model.document import Document

MACHINE = "MACHINE"
WEBROOT = "MACHINE/WEBROOT"


@functools.cache
def machine_config() -> Document:
    return _read("machine.config", MACHINE)


@functools.cache
def root_web_config() -> Document:
    return _read("web.config", WEBROOT)


@functools.cache
def standard_declarations() -> Document:
    """configSections as IIS ships them: for a server file that has none."""
    return _read("declarations.config", SERVER)


def _read(name: str, config_path: str) -> Document:
    file = resources.files(__package__).joinpath(name)
    return Document.parse(Path(str(file)), file.read_bytes(), config_path)
