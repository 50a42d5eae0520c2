"""The instance's certificates on disk: hwebcore/certificate_store.py."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from hwebcore.certificate_making import self_signed
from hwebcore.certificate_store import CertificateStore, StoreFault


@pytest.fixture
def store(tmp_path: Path) -> CertificateStore:
    return CertificateStore(tmp_path)


def test_an_empty_store_makes_nothing(store: CertificateStore) -> None:
    assert store.read().certificates == ()
    assert store.signature() == ()
    assert not store.folder.exists()


def test_everything_is_this_users_alone(store: CertificateStore) -> None:
    store.add("a", self_signed(["a.example"]))
    store.bind("a.example:443", "a")
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in store.folder.iterdir()} == {0o600}


def test_what_is_kept_is_read_again(store: CertificateStore) -> None:
    pair = self_signed(["a.example"])
    store.add("site a", pair)
    assert store.bind("A.Example:443", "SITE A") == "a.example:443"
    contents = store.read()
    assert [certificate.name for certificate in contents.certificates] == ["site a"]
    assert dict(contents.bindings) == {"a.example:443": "site a"}
    assert contents.keys_of("site a") == ("a.example:443",)
    assert store.text("site a") == pair.chain + pair.key


def test_a_name_is_taken_until_it_is_replaced(store: CertificateStore) -> None:
    store.add("a", self_signed(["a.example"]))
    before = store.signature()
    with pytest.raises(StoreFault, match="already"):
        store.add("A", self_signed(["b.example"]))
    assert store.signature() == before
    store.add("A", self_signed(["b.example"]), replace=True)
    assert [(one.name, one.names) for one in store.read().certificates] == [("a", ("b.example",))]
    assert store.signature() != before


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".hidden", "a\n", "x" * 101, "dot."])
def test_a_name_that_is_no_file_is_refused(store: CertificateStore, name: str) -> None:
    with pytest.raises(StoreFault):
        store.add(name, self_signed(["a.example"]))


def test_one_that_serves_is_removed_only_on_demand(store: CertificateStore) -> None:
    store.add("a", self_signed(["a.example"]))
    store.bind("*:443", "a")
    with pytest.raises(StoreFault, match=r"serves \*:443"):
        store.remove("a")
    store.remove("a", bound=True)
    assert store.read().certificates == ()
    assert dict(store.read().bindings) == {}
    with pytest.raises(StoreFault, match="no certificate"):
        store.remove("a")


def test_unbinding(store: CertificateStore) -> None:
    store.add("a", self_signed(["a.example"]))
    store.bind("*:443", "a")
    assert store.unbind("0.0.0.0:443") == "a"
    with pytest.raises(StoreFault):
        store.unbind("*:443")
    with pytest.raises(StoreFault):
        store.unbind("nowhere")
    with pytest.raises(StoreFault):
        store.bind("*:443", "b")


def test_a_file_that_others_may_read_is_not_used(store: CertificateStore) -> None:
    store.add("a", self_signed(["a.example"]))
    (store.folder / "a.pem").chmod(0o644)
    contents = store.read()
    assert contents.certificates == ()
    assert "0600" in contents.unreadable["a"]
    with pytest.raises(StoreFault):
        store.text("a")


def test_a_link_is_not_followed(store: CertificateStore, tmp_path: Path) -> None:
    store.add("a", self_signed(["a.example"]))
    (store.folder / "a.pem").rename(tmp_path / "elsewhere")
    (store.folder / "a.pem").symlink_to(tmp_path / "elsewhere")
    assert "a" in store.read().unreadable


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"bindings": 3}', "{"])
def test_a_broken_list_of_bindings_is_said_and_not_written_over(store: CertificateStore, text: str) -> None:
    store.add("a", self_signed(["a.example"]))
    store.bind("*:443", "a")
    (store.folder / "bindings").write_text(text)
    with pytest.raises(StoreFault):
        store.bind("*:444", "a")
    assert (store.folder / "bindings").read_text() == text


def test_two_writers_lose_nothing(store: CertificateStore) -> None:
    store.add("a", self_signed(["a.example"]))

    def bind(start: int) -> None:
        for port in range(start, start + 20):
            CertificateStore(store.folder.parent).bind(f"*:{port}", "a")

    writers = [threading.Thread(target=bind, args=(start,)) for start in (1000, 2000)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(store.read().bindings) == 40


def test_what_a_killed_writer_left_goes_with_the_next_write(store: CertificateStore) -> None:
    store.add("a", self_signed(["a.x"]))
    left = store.folder / ".b.pem.4711"
    left.write_text("half a key")
    store.bind("a.x:443", "a")
    assert not left.exists()
    assert store.read().bindings == {"a.x:443": "a"}
