"""The two .NET levels above applicationHost.config, ours: machine.config (which sections exist) and the root web.config.

Knows nothing of how they are merged. hierarchy.py puts them first in every chain.
"""

from __future__ import annotations

import functools
from importlib import resources
from pathlib import Path

from model.document import Document

MACHINE = "MACHINE"
WEBROOT = "MACHINE/WEBROOT"


@functools.cache
def machine_config() -> Document:
    return _read("machine.config", MACHINE)


@functools.cache
def root_web_config() -> Document:
    return _read("web.config", WEBROOT)


def _read(name: str, config_path: str) -> Document:
    file = resources.files(__package__).joinpath(name)
    return Document.parse(Path(str(file)), file.read_bytes(), config_path)
