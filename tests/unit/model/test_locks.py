"""Locks as values: who may say what, by level."""

import pytest

from model.locks import definition_fault, element_lock, forbids_attribute, forbids_element, holds_item, lock_words, next_lock


def test_an_element_without_lock_attributes_locks_nothing() -> None:
    assert element_lock({"name": "x"}, 2) is None


@pytest.mark.parametrize(
    ("attributes", "name", "forbidden"),
    [
        ({"lockAttributes": "a, b"}, "b", True),
        ({"lockAttributes": "a, b"}, "c", False),
        ({"lockAttributes": "*"}, "c", True),
        ({"lockAllAttributesExcept": "c"}, "c", False),
        ({"lockAllAttributesExcept": "c"}, "a", True),
        ({"lockItem": "true"}, "a", True),
    ],
)
def test_attributes(attributes: dict[str, str], name: str, forbidden: bool) -> None:
    lock = element_lock(attributes, 2)
    assert lock is not None
    assert forbids_attribute((lock,), name, 3) is forbidden
    assert not forbids_attribute((lock,), name, 2), "a lock never binds the level that sets it"


def test_elements_and_items() -> None:
    lock = element_lock({"lockElements": "remove,clear"}, 2)
    assert lock is not None
    assert forbids_element((lock,), "clear", 3)
    assert not forbids_element((lock,), "add", 3)
    assert not holds_item((lock,), 3)
    except_add = element_lock({"lockAllElementsExcept": "add"}, 2)
    assert except_add is not None
    assert forbids_element((except_add,), "remove", 3)
    assert not forbids_element((except_add,), "add", 3)


@pytest.mark.parametrize(
    ("allow", "kind", "fine"),
    [
        ("Everywhere", "folder", True),
        ("MachineToApplication", "application", True),
        ("MachineToApplication", "folder", False),
        ("AppHostOnly", "server", True),
        ("AppHostOnly", "application", False),
        ("MachineOnly", "server", False),
        ("MachineToRootWeb", "webroot", True),
    ],
)
def test_definition(allow: str, kind: str, fine: bool) -> None:
    assert (definition_fault("s", allow, kind) == "") is fine


def test_only_the_level_that_locked_may_unlock() -> None:
    assert next_lock(2, 2, "Allow") is None
    assert next_lock(2, 3, "Allow") == 2
    assert next_lock(None, 3, "Deny") == 3
    assert next_lock(2, 3, "Deny") == 2
    assert next_lock(2, 2, "Inherit") == 2


@pytest.mark.parametrize(
    "written",
    [
        {"lockItem": "true"},
        {"lockAttributes": "a,b"},
        {"lockAllAttributesExcept": ""},
        {"lockElements": "add"},
        {"lockAllElementsExcept": "a,b", "lockAttributes": "*"},
    ],
)
def test_a_lock_in_words_is_the_same_lock(written: dict[str, str]) -> None:
    lock = element_lock(written, 2)
    assert lock is not None
    assert element_lock(dict(lock_words(lock)), 2) == lock
    assert dict(lock_words(lock)) == written


def test_no_lock_binds_the_level_that_sets_it() -> None:
    lock = element_lock({"lockItem": "true"}, 2)
    assert lock is not None
    assert (holds_item((lock,), 2), holds_item((lock,), 3)) == (False, True)
    assert (forbids_element((lock,), "add", 2), forbids_element((lock,), "add", 3)) == (False, True)
