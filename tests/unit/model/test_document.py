"""Documents keep every byte, tell places, and change only where they are told to."""

from __future__ import annotations

import codecs
import errno
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.document import MAX_BYTES, Document, Splice
from tests.support import configurations

HERE = Path("web.config")


def parse(data: bytes | str) -> Document:
    return Document.parse(HERE, data.encode() if isinstance(data, str) else data, "MACHINE/WEBROOT/APPHOST/S")


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(configurations.texts(), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_bytes_survive(text: str, encoding: str) -> None:
    data = text.encode(encoding)
    document = parse(data)
    assert document.problems == ()
    assert document.to_bytes() == data
    assert document.apply(()).to_bytes() == data


@pytest.mark.parametrize("path", configurations.samples(), ids=lambda path: path.name)
def test_real_files_open_and_are_written_back_byte_for_byte(path: Path) -> None:
    document = Document.read(path)
    assert document.is_sound
    assert document.root is not None
    assert document.root.name == "configuration"
    assert document.to_bytes() == path.read_bytes()
    assert document.apply(()).to_bytes() == path.read_bytes()


@given(configurations.texts(), st.data())
def test_a_splice_changes_nothing_outside_its_span(text: str, data: st.DataObject) -> None:
    document = parse(text)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    changed = document.apply([Splice(start, end, "<new/>")])
    assert changed.text == text[:start] + "<new/>" + text[end:]
    assert changed.to_bytes() == changed.text.encode()


def test_several_splices_use_the_offsets_of_the_text_before() -> None:
    document = parse("<a b='1'/>")
    changed = document.apply([Splice(6, 7, "22"), Splice(1, 2, "xyz"), Splice(8, 8, " c='3'")])
    assert changed.text == "<xyz b='22' c='3'/>"
    assert changed.root is not None
    assert changed.root.get("c") == "3"
    assert changed.digest != document.digest
    assert document.text == "<a b='1'/>"


@pytest.mark.parametrize("splices", [[Splice(1, 4, ""), Splice(3, 5, "")], [Splice(4, 99, "")], [Splice(3, 2, "")], [Splice(-1, 0, "")]])
def test_splices_that_overlap_or_miss_the_text_are_refused(splices: list[Splice]) -> None:
    with pytest.raises(ValueError, match="overlaps"):
        parse("<a b='1'/>").apply(splices)


def test_an_encoding_that_lacks_a_character_gets_a_reference() -> None:
    document = parse(b'<?xml version="1.0" encoding="us-ascii"?><a b="x"/>')
    assert document.root is not None
    changed = document.apply([Splice(*document.root.attributes[0].value_span, "€")])
    assert b'b="&#8364;"' in changed.to_bytes()
    assert changed.root is not None
    assert changed.root.get("b") == "€"


def test_places_count_from_one_and_know_all_line_ends() -> None:
    document = parse("<a>\r\n<b/>\r<c/>\n  <d/></a>")
    assert document.position(0) == (1, 1)
    for name, line, column in (("<b", 2, 1), ("<c", 3, 1), ("<d", 4, 3)):
        offset = document.text.index(name)
        assert document.position(offset) == (line, column)
        assert document.line_at(offset) == line
        assert document.offset(line, column) == offset
    assert document.offset(99) == document.text.rindex("  <d")
    assert document.offset(4, 999) == len(document.text)


def test_a_source_names_file_place_and_level() -> None:
    document = parse("<a>\n <b c='1'/></a>")
    assert document.root is not None
    source = document.source(document.root.children[0].attributes[0])
    assert (source.file, source.line, source.column, source.config_path) == ("web.config", 2, 5, "MACHINE/WEBROOT/APPHOST/S")


@pytest.mark.parametrize(("text", "newline"), [("<a/>", "\n"), ("<a>\r\n</a>\n", "\r\n"), ("<a>\n</a>\r\n", "\n"), ("<a>\r</a>", "\r")])
def test_the_first_line_end_is_the_files(text: str, newline: str) -> None:
    assert parse(text).newline == newline


def test_a_broken_file_is_a_document_with_one_problem() -> None:
    document = parse("<a>\n  <b></c>\n</a>")
    assert [problem.code for problem in document.problems] == ["0x8007000d"]
    assert str(document.problems[0]).endswith("web.config:2:8")
    assert document.root is not None
    assert document.root.find("b") is not None
    assert not document.is_sound
    assert document.to_bytes() == b"<a>\n  <b></c>\n</a>"


def test_bytes_that_are_no_text_are_one_problem_and_are_kept() -> None:
    document = parse(b"<a>\n\xff</a>")
    assert [str(problem.source) for problem in document.problems] == ["web.config:2:1"]
    assert document.to_bytes() == b"<a>\n\xff</a>"


#: Made when they are asked for: together they are 150 MB, which every process of tests would hold.
HOSTILE: dict[str, Callable[[], bytes]] = {
    "deep": lambda: b"<a>" * 3_000_000,
    "many": lambda: b"<a>" + b"<a/>" * 2_000_000 + b"</a>",
    "300,000 attributes": lambda: (
        b"<configuration><a " + b" ".join(b'attribute%06d="x"' % number for number in range(300_000)) + b"/></configuration>"
    ),
    "attributes": lambda: b"<a " + b" ".join(b'a%d=""' % number for number in range(800_000)) + b"/>",
    "lines": lambda: b"<a>" + b"\n" * 9_000_000 + b"</a>",
    "large": lambda: b"<a>" + b" " * MAX_BYTES + b"</a>",
    "billion laughs": lambda: b'<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>',
    "external": lambda: b'<?xml version="1.0"?><!--x--><!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
    "parameter entity": lambda: b'<!DOCTYPE a [<!ENTITY % b SYSTEM "http://127.0.0.1:1/b.dtd"> %b;]><a/>',
    "unknown entity": lambda: b"<a>&b;</a>",
    "quadratic": lambda: b'<!DOCTYPE a [<!ENTITY b "' + b"b" * 100_000 + b'">]><a>' + b"&b;" * 100_000 + b"</a>",
    "200,000 levels": lambda: b"<a>" * 200_000 + b"</a>" * 200_000,
    "long attribute": lambda: b'<a b="' + b"x" * 10_000_000,
    "zeros": lambda: b"\0" * 9_000_000,
    "zero in a value": lambda: b'<a b="' + b"x" * 100_000 + b'\0"/>',
    "wide": lambda: codecs.BOM_UTF16_LE + "<a>".encode("utf-16-le") * 1_500_000,
}


# rules: xml.hostile
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_quickly_with_one_problem(name: str) -> None:
    hostile = HOSTILE[name]()
    began = time.process_time()
    document = parse(hostile)
    assert time.process_time() - began < 1.0
    assert [problem.code for problem in document.problems] == ["0x8007000d"]


# rules: xml.hostile
def test_an_attribute_of_a_gigabyte_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "web.config"
    with path.open("wb") as file:
        file.write(b'<configuration a="')
        file.truncate(1 << 30)
    began = time.process_time()
    document = Document.read(path)
    assert time.process_time() - began < 1.0
    assert [problem.message for problem in document.problems] == ["The file is larger than 10 MB, the most that is read"]


def test_reading_a_file_that_is_not_there_raises(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for path in (tmp_path / "web.config", tmp_path / "file" / "web.config"):
        with pytest.raises(FileNotFoundError):
            Document.read(path)


@pytest.mark.timeout(10)
def test_what_is_no_file_is_a_problem_and_blocks_nobody(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name in ("pipe", "folder"):
        document = Document.read(tmp_path / name)
        assert [problem.code for problem in document.problems] == ["0x80070003"]
        assert document.root is None


def test_a_file_that_may_not_be_read_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(errno.EACCES, "Permission denied")  # root may read everything: the answer is what is tested

    monkeypatch.setattr(os, "open", refuse)
    assert [problem.code for problem in Document.read(HERE).problems] == ["0x80070005"]


def test_an_empty_file_is_broken_at_its_beginning() -> None:
    [problem] = Document.parse(Path("web.config"), b"").problems
    assert problem.source is not None
    assert (problem.source.line, problem.source.column) == (1, 1)
