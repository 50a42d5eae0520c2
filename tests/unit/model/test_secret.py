"""Encrypting, showing and masking values that the schema has encrypted."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.secret import Unreadable, Vault, is_encrypted, is_foreign, masked, secret_names, shown
from tests.support.revealed import revealed

WINDOWS = "[enc:AesProvider:jAAAAEZbfZg=:enc]"
EMPTY = "[enc:AesProvider::enc]"


@given(st.text())
def test_what_is_protected_is_revealed_by_the_same_key_alone(text: str) -> None:
    vault = Vault(b"k" * 32)
    value = vault.protect(text)
    assert is_encrypted(value)
    assert revealed(vault, value) == text
    assert value != vault.protect(text)
    with pytest.raises(Unreadable):
        revealed(Vault(b"o" * 32), value)


def test_what_windows_encrypted_is_kept_and_marked() -> None:
    assert is_foreign(WINDOWS)
    assert not is_foreign(EMPTY)
    assert shown("password", WINDOWS) == "******** (encrypted by AesProvider)"
    assert shown("password", EMPTY) == ""


def test_what_is_shown() -> None:
    assert shown("password", "open sesame") == "********"
    assert shown("userName", "ali") == "ali"
    assert "password" in secret_names()


def test_a_text_for_reading_has_no_secret() -> None:
    text = f'<a userName=\'ali\' password = \'open sesame\' x="1"/><b\n password="{WINDOWS}" password2="y"/><c password=""/>'
    assert masked(text) == text.replace("open sesame", "********").replace(WINDOWS, "******** (encrypted by AesProvider)")


def test_the_key_is_made_once_and_is_ours_alone(tmp_path: Path) -> None:
    value = Vault.of(tmp_path).protect("x")
    assert revealed(Vault.of(tmp_path), value) == "x"
    (key,) = tmp_path.iterdir()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    key.chmod(0o640)
    with pytest.raises(PermissionError, match="0600"):
        Vault.of(tmp_path)
    key.chmod(0o600)
    key.write_bytes(b"short")
    with pytest.raises(PermissionError, match="no key"):
        Vault.of(tmp_path)
