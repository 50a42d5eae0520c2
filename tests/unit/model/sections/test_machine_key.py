"""Keys: hexadecimal, or the server's own."""

from pathlib import Path

import pytest

from model.sections.machine_key import MachineKey, settings
from tests.unit.model.sections import section


@pytest.mark.parametrize(
    ("written", "key"),
    [("AutoGenerate,IsolateApps", ""), ("AutoGenerate", ""), ("00FFab", "00FFab"), ("00FFab,IsolateApps", "00FFab"), ("00F", ""), ("secret", "")],
)
def test_settings(tmp_path: Path, written: str, key: str) -> None:
    found = section(tmp_path, MachineKey.SECTION, f'<machineKey decryptionKey="{written}" />')
    assert settings(found) == (key, "")
    assert "decryption_key" not in repr(MachineKey.from_effective(found))
