"""Compressed copies in their folder: right to the byte, of that very file, bounded, swept, and nothing that others put there."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from hwebcore.compressed_copies import CompressedCopies, Copy, NoCopy
from hwebcore.content import Entry, identity_of, look_up

TEXT = b"".join(b"line %d of many\n" % number for number in range(20_000))
MOST = 1 << 20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "root").mkdir()
    made = tmp_path / "copies"
    made.mkdir(0o700)
    return made


@pytest.fixture
def copies(folder: Path) -> Iterator[CompressedCopies]:
    made = CompressedCopies(os.open(folder, os.O_RDONLY | os.O_DIRECTORY), [str(folder.parent / "root"), ""])
    yield made
    made.close()


def file(folder: Path, name: str = "a.txt", data: bytes = TEXT) -> Entry:
    root = folder.parent / "root"
    (root / name).write_bytes(data)
    entry = look_up(str(root / name), str(root))
    assert entry is not None
    return entry


def sent(copy: Copy | None) -> bytes:
    assert copy is not None
    data = os.pread(copy.file.descriptor, copy.size + 1, copy.start)
    assert copy.data in (None, data)
    assert len(data) == copy.size
    return data


@pytest.mark.parametrize("length", [100, 300, len(TEXT)])
def test_a_copy_is_the_file(copies: CompressedCopies, folder: Path, length: int) -> None:
    entry = file(folder, data=TEXT[:length])
    copy = copies.make(entry, "gzip", 7, MOST)
    assert gzip.decompress(sent(copy)) == TEXT[:length]
    assert zlib.decompress(sent(copies.make(entry, "deflate", 1, MOST))) == TEXT[:length]
    again = copies.find(identity_of(entry), "gzip", 7)
    assert sent(again) == sent(copy)
    assert (again.data is None) == (again.size > 32 * 1024)  # type: ignore[union-attr]  # sent asserts
    assert copies.find(identity_of(entry), "gzip", 6) is None
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


# rules: compression.same-file
def test_a_changed_file_has_no_copy(copies: CompressedCopies, folder: Path) -> None:
    before = file(folder)
    assert copies.make(before, "gzip", 7, MOST) is not None
    path = folder.parent / "root" / "a.txt"
    path.write_bytes(TEXT.upper())
    os.utime(path, ns=(before.stat.st_atime_ns, before.stat.st_mtime_ns))  # same size, same time of writing: the change's time tells
    after = look_up(str(path), str(path.parent))
    assert after is not None
    assert copies.find(identity_of(after), "gzip", 7) is None
    assert copies.make(before, "gzip", 7, MOST) is None  # it is another one than was looked up
    path.unlink()
    path.symlink_to("/etc/passwd")
    with pytest.raises(OSError, match="symbolic links"):
        copies.make(before, "gzip", 7, MOST)
    assert not any(name.startswith(".") for name in os.listdir(folder))


def test_what_does_not_become_smaller_is_left(copies: CompressedCopies, folder: Path) -> None:
    for data, most in ((os.urandom(200_000), MOST), (b"", MOST), (TEXT, 2000), (TEXT, 1)):
        with pytest.raises(NoCopy):
            copies.make(file(folder, data=data), "gzip", 7, most)
    assert os.listdir(folder) == []
    assert copies.make(file(folder), "gzip", 7, 0) is not None  # no limit


# rules: compression.folder
@pytest.mark.parametrize("harm", ["link", "second name", "open to others", "other head", "cut", "folder", "pipe", "empty", "no file", "numbers"])
def test_what_somebody_else_put_there_is_not_sent(copies: CompressedCopies, folder: Path, harm: str) -> None:
    entry = file(folder)
    assert copies.make(entry, "gzip", 7, MOST) is not None
    [path] = folder.iterdir()
    data = path.read_bytes()
    path.rename(folder.parent / "kept")
    if harm == "link":
        path.symlink_to(folder.parent / "kept")
    elif harm == "second name":
        os.link(folder.parent / "kept", path)
    elif harm == "folder":
        path.mkdir()
    elif harm == "pipe":
        os.mkfifo(path)
    else:
        heads = {"no file": b'["gzip", 7, 1]\n', "numbers": b"[1, 2, 3, 4]\n"}
        path.write_bytes({"other head": data.replace(b"a.txt", b"b.txt", 1), "cut": data[:-1], "empty": b"", **heads}.get(harm, data))
    found = copies.find(identity_of(entry), "gzip", 7)
    assert (found is not None) == (harm == "open to others")  # the folder is 0700: its mode alone decides nothing
    copies.sweep()
    if harm not in ("cut", "open to others", "other head"):
        assert not path.exists() or harm == "folder"


# rules: compression.bounded
def test_what_was_used_least_recently_goes_first(copies: CompressedCopies, folder: Path) -> None:
    made = []
    for number, name in enumerate(("a.txt", "b.txt", "c.txt")):
        copy = copies.make(file(folder, name), "gzip", 7, MOST)
        assert copy is not None
        os.utime(copy.file.descriptor, (1000 + number, 1000 + number))
        made.append(copy)
    copies.touch(made[0])
    each = os.fstat(made[0].file.descriptor).st_size
    assert copies.make(file(folder, "d.txt"), "gzip", 7, int(each * 3.5)) is not None
    left = [copies.find(copy.identity, "gzip", 7) is not None for copy in made]
    assert left == [True, False, True]
    assert gzip.decompress(sent(made[1])) == TEXT  # who has it keeps it


# rules: compression.bounded
def test_copies_of_nothing_are_swept(copies: CompressedCopies, folder: Path) -> None:
    entries = {name: file(folder, name) for name in ("kept.txt", "gone.txt", "changed.txt")}
    made = {name: copies.make(entry, "gzip", 7, MOST) for name, entry in entries.items()}
    root = folder.parent / "root"
    (root / "gone.txt").unlink()
    (root / "changed.txt").write_bytes(b"x")
    (folder / "stray").write_text("")
    ended = subprocess.run([sys.executable, "-Ic", "import os; print(os.getpid())"], capture_output=True, check=True)
    own, other = f".unfinished-{os.getpid()}-0", f".unfinished-{int(ended.stdout)}-0"
    for name in (own, other, ".unfinished-0-0", f".unfinished-{'9' * 10}-0", ".unfinished-x"):
        (folder / name).write_text("")
    copies.sweep()
    names = sorted(os.listdir(folder))
    assert (len(names), names[0]) == (2, own)
    assert sent(copies.find(identity_of(entries["kept.txt"]), "gzip", 7)) == sent(made["kept.txt"])
    root.rename(folder.parent / "elsewhere")
    root.mkdir()
    copies.sweep()
    assert os.listdir(folder) == [own]


def test_a_file_that_goes_takes_its_copy_along(copies: CompressedCopies, folder: Path) -> None:
    entry = file(folder)
    copies.make(entry, "gzip", 7, MOST)
    copies.remove(identity_of(entry), "gzip", 7)
    copies.remove(identity_of(entry), "gzip", 7)
    assert os.listdir(folder) == []
