"""Every version of every file, by whom, and what differs between any two."""

from __future__ import annotations

import hashlib
import stat
import time
import zlib
from pathlib import Path

import pytest

from model.archive import Archive, Bounds, shown_difference
from model.secret import Vault

FILE = Path("/c/applicationHost.config")
ONE, TWO = b"<a x='1'/>", b"<a x='2'/>"


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "history")


def test_changes_are_kept_with_both_sides(archive: Archive) -> None:
    archive.record("made", [(FILE, None, ONE)])
    archive.record("set x", [(FILE, ONE, TWO)])
    made, changed = Archive(archive.folder).records()
    assert (made.number, made.label, made.foreign, made.files[0].before) == (1, "made", False, "")
    assert changed.number == 2
    file = changed.files[0]
    assert (archive.content(file.before), archive.content(file.after)) == (ONE, TWO)
    assert archive.diff(FILE, file.before, file.after).splitlines()[-2:] == ["-<a x='1'/>", "+<a x='2'/>"]
    assert archive.last_digest(FILE) == file.after


def test_a_foreign_change_that_two_see_is_recorded_once(archive: Archive) -> None:
    assert archive.record("theirs", [(FILE, ONE, TWO)], foreign=True)
    assert Archive(archive.folder).record("theirs", [(FILE, ONE, TWO)], foreign=True) is None
    assert len(archive.records()) == 1


def test_a_torn_line_costs_that_line_alone(archive: Archive) -> None:
    archive.record("one", [(FILE, ONE, TWO)])
    with (archive.folder / "changes.jsonl").open("ab") as stream:
        stream.write(b'{"number": 2, "ti')
    archive.record("two", [(FILE, TWO, ONE)])
    assert [record.label for record in archive.records()] == ["one", "two"]


def test_nobody_else_reads_it_and_damage_is_seen(archive: Archive) -> None:
    archive.record("one", [(FILE, None, ONE)])
    digest = archive.records()[0].files[0].after
    for path in archive.folder.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
    (archive.folder / "contents" / digest).write_bytes(b"?")
    with pytest.raises(ValueError, match="damaged"):
        archive.content(digest)


def test_a_diff_shows_no_secret() -> None:
    before, after = '<a password="one" x="1" />', '<a password="two" x="1" />'
    assert shown_difference(before, after, "f").endswith("A secret value changed")
    shown = shown_difference(before, after.replace('x="1"', 'x="2"'), "f")
    assert "one" not in shown
    assert "two" not in shown
    assert '+<a password="********" x="2" />' in shown


def filled(folder: Path, bounds: Bounds, count: int) -> Archive:
    archive = Archive(folder, bounds)
    for number in range(count):
        archive.record(f"change {number + 1}", [(FILE, b"%d" % number, b"%d" % (number + 1))])
    return archive


@pytest.mark.parametrize(
    "bounds", [Bounds(changes=20, least=5, every=10), Bounds(bytes=20 * len(zlib.compress(b"10", 1)), least=5, every=10)], ids=["number", "size"]
)
def test_the_oldest_go_and_their_contents_with_them(tmp_path: Path, bounds: Bounds) -> None:
    archive = filled(tmp_path / "h", bounds, 50)
    numbers = [record.number for record in archive.records()]
    assert 15 <= len(numbers) <= 20
    assert numbers == list(range(51 - len(numbers), 51))
    assert archive.content(archive.records()[0].files[0].before) is not None
    assert len(list((tmp_path / "h" / "contents").iterdir())) == len(numbers) + 1
    assert archive.content(hashlib.sha256(b"1").hexdigest()) is None
    assert archive.last_digest(FILE) == hashlib.sha256(b"50").hexdigest()
    # Another one that has it open goes on where this one is.
    assert [record.number for record in Archive(tmp_path / "h", bounds).records()] == numbers
    assert stat.S_IMODE((tmp_path / "h" / "changes.jsonl").stat().st_mode) == 0o600


def test_the_newest_stay_however_old_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = time.time() - 10 * 86_400
    monkeypatch.setattr(time, "time", lambda: old)
    bounds = Bounds(age_s=86_400.0, least=5, every=10)
    archive = filled(tmp_path / "h", bounds, 29)
    assert len(archive.records()) == 29
    monkeypatch.undo()
    (tmp_path / "h" / "contents" / ".left.1").write_bytes(b"unfinished")
    archive.record("today", [(FILE, b"29", b"30")])
    assert [record.number for record in archive.records()] == [26, 27, 28, 29, 30]
    assert len(list((tmp_path / "h" / "contents").iterdir())) == 6


def test_a_secret_in_clear_text_is_kept_encrypted(tmp_path: Path) -> None:
    clear, harmless = b'<a password="s3cret" />', b'<a password="" userName="u" />'
    archive = Archive(tmp_path / "h", vault=lambda: Vault(b"k" * 32))
    archive.record("theirs", [(FILE, harmless, clear)], foreign=True)
    before, after = archive.records()[0].files[0].before, archive.records()[0].files[0].after
    assert (archive.content(before), archive.content(after)) == (harmless, clear)
    assert zlib.decompress((tmp_path / "h" / "contents" / before).read_bytes()) == harmless
    for other in (Archive(tmp_path / "h"), Archive(tmp_path / "h", vault=lambda: Vault(b"x" * 32))):
        with pytest.raises(ValueError, match="damaged"):
            other.content(after)
