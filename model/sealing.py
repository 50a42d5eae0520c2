"""Seals an edit: clear text that goes into an attribute which the schema has encrypted is encrypted before anything is drafted.

Knows edits and the vault, no file. What is encrypted already, by Windows too, is written as it is given.
"""

from __future__ import annotations

from dataclasses import replace

from model.edits import AddEntry, CannotEdit, SetAttribute, Single, is_secret
from model.secret import Vault, is_encrypted
from model.section_place import Step


def sealed(edit: Single, vault: Vault | None) -> Single:
    """Raises CannotEdit where something has to be encrypted and there is no key."""
    match edit:
        case SetAttribute(value=str() as value) if is_secret(edit.where.section, edit.steps, edit.name):
            return replace(edit, value=_sealed(value, vault))
        case AddEntry():
            steps = (*edit.steps, Step(edit.element))
            attributes = tuple(
                (name, _sealed(value, vault) if is_secret(edit.where.section, steps, name) else value) for name, value in edit.attributes
            )
            return replace(edit, attributes=attributes) if attributes != edit.attributes else edit
    return edit


def _sealed(value: str, vault: Vault | None) -> str:
    if not value or is_encrypted(value):
        return value
    if vault is None:
        raise CannotEdit("This value has to be encrypted, and the instance's key is not at hand here")
    return vault.protect(value)
