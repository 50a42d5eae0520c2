"""The switch of the migration errors."""

from pathlib import Path

from model.sections.validation import Validation
from tests.unit.model.sections import section


def test_read(tmp_path: Path) -> None:
    off = section(tmp_path, Validation.SECTION, '<validation validateIntegratedModeConfiguration="False" />')
    assert not Validation.from_effective(off).validate_integrated_mode_configuration
    assert Validation.from_effective(section(tmp_path, Validation.SECTION, "<validation />")).validate_integrated_mode_configuration
