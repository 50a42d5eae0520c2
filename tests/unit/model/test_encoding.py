"""Bytes to text and back."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from model.encoding import decode, encode

TEXT = '<?xml version="1.0" encoding="{}"?>\r\n<a b="é"/>\n'


@pytest.mark.parametrize(
    ("bom", "written", "read_as"),
    [
        (b"", "utf-8", "utf-8"),
        (codecs.BOM_UTF8, "utf-8", "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32-le"),
        (b"", "utf-16-le", "utf-16-le"),
        (b"", "utf-16-be", "utf-16-be"),
        (b"", "windows-1252", "cp1252"),
        (b"", "iso-8859-1", "iso8859-1"),
    ],
)
def test_text_comes_out_and_goes_back(bom: bytes, written: str, read_as: str) -> None:
    text = TEXT.format(written)
    data = bom + text.encode(written)
    decoded = decode(data)
    assert (decoded.text, decoded.encoding, decoded.bom, decoded.fault) == (text, read_as, bom, None)
    assert decoded.bom + encode(decoded.text, decoded.encoding) == data


@given(st.binary(max_size=200))
@example(b"\xff\xfe<")
@example(b"\xef\xbb\xbf\xff")
@example(b"<a>\xff</a>")
@example(b'<?xml version="1.0" encoding="shift_jis"?><a>\x81</a>')
@example(b'<?xml version="1.0" encoding="utf-16"?><a/>')
def test_any_bytes_go_back_as_they_came(data: bytes) -> None:
    decoded = decode(data)
    assert decoded.bom + encode(decoded.text, decoded.encoding) == data


def test_bytes_that_are_no_text_are_a_fault_at_their_place() -> None:
    decoded = decode('<a b="é'.encode() + b'\xff"/>')
    assert decoded.fault is not None
    assert decoded.text[: decoded.fault.offset] == '<a b="é'


@pytest.mark.parametrize("name", ["rot13", "zlib", "idna", "punycode", "utf-7", "nonsense", "utf-16"])
def test_only_known_plain_encodings_are_used(name: str) -> None:
    decoded = decode(f'<?xml version="1.0" encoding="{name}"?><a/>'.encode())
    assert decoded.fault is not None
    assert decoded.text.endswith("<a/>")
