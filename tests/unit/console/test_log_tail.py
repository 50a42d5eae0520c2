"""A log's end over the change of file: console/log_tail.py."""

from __future__ import annotations

from pathlib import Path

from console.log_tail import Ends, former, newest, written_since


def test_the_end_of_the_former_file_stands_before_a_short_one(tmp_path: Path) -> None:
    path = tmp_path / "P.log"
    assert newest(path) == (b"", {})
    former(path).write_text("cut\nold 1\nold 2\n")
    path.write_text("new\n")
    data, ends = newest(path, 17)
    assert data == b"old 1\nold 2\nnew\n"
    assert sorted(ends.values()) == [4, 16]


def test_of_a_long_file_its_end_alone_from_the_begin_of_a_line(tmp_path: Path) -> None:
    path = tmp_path / "P.log"
    former(path).write_text("old\n")
    path.write_text("a long first line\nlast\n")
    assert newest(path, 8)[0] == b"last\n"


def test_a_file_is_known_by_what_it_is_not_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "P.log"
    path.write_text("one\n")
    ends = newest(path)[1]
    path.rename(former(path))
    with former(path).open("a") as late:
        late.write("late\n")
    path.write_text("two\n")
    assert [data for _, data in written_since(path, ends)] == [b"late\n", b"two\n"]
    assert list(written_since(path, ends)) == []
    begun = Ends()
    assert b"".join(data for _, data in written_since(path, begun)) == b"one\nlate\ntwo\n"
