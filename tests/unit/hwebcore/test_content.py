"""Finding and opening content: reliability.md C 2, 3, 5 and top risk 4."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path

import pytest

from hwebcore import content
from hwebcore.content import fold_segment, look_up, open_file, refuse_segment, root_of


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    (root / "sub").mkdir(parents=True)
    (root / "a.txt").write_text("a")
    (root / "sub" / "b.txt").write_text("b")
    (tmp_path / "rootEvil").mkdir()
    (tmp_path / "rootEvil" / "secret.txt").write_text("secret")
    return root


def read(path: str, root: Path) -> bytes | None:
    entry = look_up(path, str(root))
    if entry is None or entry.kind != "file":
        return None
    with open(open_file(entry), "rb") as file:
        return file.read()


def test_files_and_folders_are_found(root: Path) -> None:
    assert read(f"{root}/a.txt", root) == b"a"
    assert read(f"{root}/sub/b.txt", root) == b"b"
    for folder in (f"{root}/sub", f"{root}/sub/", f"{root}", f"{root}/"):
        found = look_up(folder, str(root))
        assert found is not None
        assert found.kind == "directory"
    assert look_up(f"{root}/none", str(root)) is None


def test_the_root_is_left_by_no_path(root: Path) -> None:
    for path in (f"{root}Evil/secret.txt", f"{root}/../rootEvil/secret.txt", "/etc/passwd", f"{root}/sub/../../rootEvil/secret.txt"):
        assert look_up(path, str(root)) is None


def test_links_are_followed_inside_and_refused_outside(root: Path) -> None:
    (root / "inside").symlink_to(root / "sub")
    (root / "out").symlink_to(root.parent / "rootEvil")
    (root / "passwd").symlink_to("/etc/passwd")
    (root / "up").symlink_to("..")
    (root / "loop").symlink_to("loop")
    assert read(f"{root}/inside/b.txt", root) == b"b"
    found = look_up(f"{root}/inside/b.txt", str(root))
    assert found is not None
    assert (found.through_link, found.real_parts) == (True, ("sub", "b.txt"))
    for path in ("out/secret.txt", "passwd", "up/rootEvil/secret.txt", "loop", "out"):
        assert look_up(f"{root}/{path}", str(root)) is None


def test_a_root_that_is_itself_a_link_holds(root: Path) -> None:
    link = root.parent / "link"
    link.symlink_to(root)
    assert read(f"{link}/sub/b.txt", link) == b"b"


@pytest.mark.parametrize(
    "name", ["a.txt.", "a.txt ", "a.txt::$DATA", "sub.", "A~1.TXT", "LONGNA~1", "a\\b", "c:", ".", "..", "a\x1bb", "a\x7f", "a\x85"]
)
def test_other_spellings_name_nothing(root: Path, name: str) -> None:
    assert refuse_segment(name)
    if name not in (".", ".."):
        (root / name).write_text("must not be found")
    assert look_up(f"{root}/{name}", str(root)) is None


@pytest.mark.parametrize("name", ["a.txt", ".well-known", "a b", "ünï", "a~b", "backup~", "x~1y.longext", "日本", "a;b"])
def test_plain_names_are_fine(name: str) -> None:
    assert refuse_segment(name) == ""


@pytest.mark.parametrize("spelled", ["bin", "BIN", "Bin.", "bin ", "bin. .", "bin::$INDEX_ALLOCATION", "bin:x"])
def test_fold_segment(spelled: str) -> None:
    assert fold_segment(spelled) == "bin"


# rules: files.special
def test_devices_are_told_apart_and_never_opened(root: Path) -> None:
    os.mkfifo(root / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        here = os.getcwd()
        os.chdir(root)  # a socket's path must be short
        try:
            listening.bind("socket")
        finally:
            os.chdir(here)
        for name in ("pipe", "socket"):
            found = look_up(f"{root}/{name}", str(root))
            assert found is not None
            assert found.kind == "special"
            with pytest.raises(OSError, match=r"pipe|No such"):
                open_file(found)


def test_a_pipe_that_replaced_a_file_does_not_block(root: Path) -> None:
    found = look_up(f"{root}/a.txt", str(root))
    assert found is not None
    (root / "a.txt").unlink()
    os.mkfifo(root / "a.txt")
    with pytest.raises(FileNotFoundError):
        open_file(found)


# rules: files.links
def test_a_link_that_is_swapped_in_is_never_followed_out(root: Path) -> None:
    """Somebody exchanges a folder for a link out of the root while requests run: the secret is never read."""
    folder, kept, link = root / "swap", root / "swap.kept", root / "swap.link"
    folder.mkdir()
    (folder / "secret.txt").write_text("public")
    link.symlink_to(root.parent / "rootEvil")
    stop = threading.Event()

    def swap() -> None:
        while not stop.is_set():
            os.rename(folder, kept)
            os.rename(link, folder)
            os.rename(folder, link)
            os.rename(kept, folder)

    thread = threading.Thread(target=swap)
    thread.start()
    try:
        seen = set()
        for _ in range(3000):
            try:
                seen.add(read(f"{folder}/secret.txt", root))
            except OSError:
                seen.add(None)
    finally:
        stop.set()
        thread.join()
    assert seen <= {b"public", None}


def test_a_case_blind_disk_serves_the_exact_spelling_only(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Made of a hard link: /A.TXT opens the same file, as on a disk that ignores case, but the folder lists a.txt."""
    os.link(root / "a.txt", root / "A.TXT")
    listed = [name for name in os.listdir(root) if name != "A.TXT"]
    monkeypatch.setattr(content.os, "listdir", lambda folder: listed)
    assert read(f"{root}/a.txt", root) == b"a"
    assert look_up(f"{root}/A.TXT", str(root)) is None


def test_root_of_compares_by_parts() -> None:
    roots = ["/srv/root", "/srv/root/images/", "/srv/rootEvil"]
    assert root_of("/srv/root/a", roots) == "/srv/root"
    assert root_of("/srv/root/images/a", roots) == "/srv/root/images"
    assert root_of("/srv/root", roots) == "/srv/root"
    assert root_of("/srv/root2/a", roots) == ""
    assert root_of("/a", ["/"]) == "/"
