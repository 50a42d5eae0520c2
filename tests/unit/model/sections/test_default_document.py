"""Default documents, local ones first."""

from pathlib import Path

from model.sections.default_document import DefaultDocument, settings
from tests.unit.model.sections import section


def test_settings(tmp_path: Path) -> None:
    found = settings(
        section(tmp_path, DefaultDocument.SECTION, '<defaultDocument><files><add value="a.htm" /><add value="b.htm" /></files></defaultDocument>')
    )
    assert found.enabled
    assert [rule.value for rule in found.files] == ["a.htm", "b.htm"]
    assert all(rule.source is not None for rule in found.files)


def test_switched_off(tmp_path: Path) -> None:
    assert not settings(section(tmp_path, DefaultDocument.SECTION, '<defaultDocument enabled="false" />')).enabled
