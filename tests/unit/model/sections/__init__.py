"""Tests of the typed sections; `section` reads one from a server file with the words given."""

from pathlib import Path

from model.config_path import ConfigPath
from model.effective import EffectiveSection
from tests.support.meaning import hierarchy, server


def section(folder: Path, name: str, inner: str) -> EffectiveSection:
    """The section `name` of an applicationHost.config that holds `inner`: whole XML from its group on, or only the section's element."""
    for group in reversed(name.split("/")[:-1]):
        inner = f"<{group}>{inner}</{group}>"
    return hierarchy(folder, server(inner)).merged(name, ConfigPath())
