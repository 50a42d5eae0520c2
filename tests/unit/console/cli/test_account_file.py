from __future__ import annotations

import stat
from pathlib import Path

import pytest

from console.cli.account_file import FILE, Account, Unusable, find, read, write
from model.secret import Vault
from tests.support.revealed import revealed


def test_accounts_are_kept_without_their_passwords(tmp_path: Path) -> None:
    account = Account.made("Älice", ("staff",), "öpen sesame")
    write(tmp_path, (account,))
    assert read(tmp_path) == (account,)
    text = (tmp_path / FILE).read_text()
    assert "sesame" not in text
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert account.matches("öpen sesame")
    assert not account.matches("open sesame")
    assert find((account,), "äLICE") is account
    assert Account.made("x", (), "same").hash != Account.made("x", (), "same").hash


def test_what_is_not_to_be_trusted_is_not_read(tmp_path: Path) -> None:
    assert read(tmp_path) == ()
    path = tmp_path / FILE
    path.write_text("{}")
    path.chmod(0o644)
    with pytest.raises(Unusable, match="0600"):
        read(tmp_path)
    path.chmod(0o600)
    with pytest.raises(Unusable, match="cannot be read"):
        read(tmp_path)


def test_the_nt_hash_is_kept_encrypted(tmp_path: Path) -> None:
    vault = Vault.of(tmp_path)
    account = Account.made("alice", (), "Password", vault)
    write(tmp_path, (account, Account.made("bob", (), "x")))
    kept, other = read(tmp_path)
    assert (kept, other.nt) == (account, "")
    assert revealed(vault, kept.nt) == "a4f49c406510bdcab6824ee7c30fd852"
    assert "a4f49c40" not in (tmp_path / FILE).read_text()
