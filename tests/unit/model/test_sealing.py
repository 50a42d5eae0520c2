from __future__ import annotations

import pytest

from model.edits import AddEntry, CannotEdit, SetAttribute, Step, Where
from model.sealing import sealed
from model.secret import Vault
from tests.support.revealed import revealed

POOLS = Where("system.applicationHost/applicationPools")
MODEL = (Step("add", (("name", "P"),)), Step("processModel"))
VAULT = Vault(b"k" * 32)
WINDOWS = "[enc:IISWASOnlyAesProvider:AAAA:enc]"


def test_clear_text_is_encrypted_and_nothing_else() -> None:
    edit = sealed(SetAttribute(POOLS, MODEL, "password", "open sesame"), VAULT)
    assert isinstance(edit, SetAttribute)
    assert edit.value is not None
    assert revealed(VAULT, edit.value) == "open sesame"
    for same in (("userName", "ali"), ("password", WINDOWS), ("password", None), ("password", "")):
        other = SetAttribute(POOLS, MODEL, *same)
        assert sealed(other, VAULT) == other


def test_an_entry_too() -> None:
    where = Where("system.applicationHost/sites")
    steps = (Step("site", (("name", "S"),)), Step("application", (("path", "/"),)))
    edit = sealed(AddEntry(where, steps, "virtualDirectory", (("path", "/x"), ("password", "p"))), VAULT)
    assert isinstance(edit, AddEntry)
    assert edit.attributes[0] == ("path", "/x")
    assert revealed(VAULT, edit.attributes[1][1]) == "p"


def test_without_a_key_nothing_is_written_in_clear() -> None:
    with pytest.raises(CannotEdit, match="key"):
        sealed(SetAttribute(POOLS, MODEL, "password", "open sesame"), None)
