"""Keys: hexadecimal, or the server's own."""

from pathlib import Path

import pytest

from model.sections.machine_key import MachineKey, problems, settings
from tests.unit.model.sections import section

LONG = "00FFab01" * 6


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("AutoGenerate,IsolateApps", ""), ("AutoGenerate", ""), (LONG, LONG), (f"{LONG},IsolateApps", LONG), (f"{LONG}0", ""), ("secret" * 9, ""),
        (LONG[:32], LONG[:32]), (LONG[:30], ""), ("00", ""),
    ],
)  # fmt: skip
def test_settings(tmp_path: Path, written: str, key: str) -> None:
    found = section(tmp_path, MachineKey.SECTION, f'<machineKey decryptionKey="{written}" />')
    assert settings(found) == (key, "")
    assert "decryption_key" not in repr(MachineKey.from_effective(found))


# rules: forms.weak-key
def test_a_key_that_can_be_guessed_is_none_and_told(tmp_path: Path) -> None:
    weak = section(tmp_path, MachineKey.SECTION, f'<machineKey decryptionKey="00,IsolateApps" validationKey="{LONG[:38]}" />')
    assert settings(weak) == ("", "")
    told = problems(weak)
    assert [(one.code, one.message.split()[1]) for one in told] == [("weak-key", "decryptionKey"), ("weak-key", "validationKey")]
    assert LONG[:8] not in repr(told)
    sound = section(tmp_path, MachineKey.SECTION, f'<machineKey decryptionKey="{LONG}" validationKey="{LONG}" />')
    assert problems(sound) == problems(section(tmp_path, MachineKey.SECTION, "<machineKey />")) == ()
