"""Listings: off by default, with the columns that are asked for."""

from pathlib import Path

from model.sections.directory_browse import DirectoryBrowse, settings
from tests.unit.model.sections import section


def test_settings(tmp_path: Path) -> None:
    found = settings(section(tmp_path, DirectoryBrowse.SECTION, '<directoryBrowse enabled="true" showFlags="Date, LongDate" />'))
    assert (found.enabled, found.show_flags) == (True, ("Date", "LongDate"))
    assert found.source is not None


def test_defaults(tmp_path: Path) -> None:
    found = settings(section(tmp_path, DirectoryBrowse.SECTION, "<directoryBrowse />"))
    assert (found.enabled, found.show_flags) == (False, ("Date", "Time", "Size", "Extension"))
