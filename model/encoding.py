"""Bytes to text and back, byte for byte: byte order marks, UTF-8, UTF-16 and the encodings that an XML declaration may name.

Knows no elements. What cannot be decoded is kept so that it is written back unchanged, with a Fault that says where.
document.py is the one that calls it.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from model.markup import Fault

#: The longer mark first: UTF-32's begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNMARKED = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_DECLARATION = re.compile(rb"""<\?xml[ \t\r\n][^>]*?encoding[ \t\r\n]*=[ \t\r\n]*["']([A-Za-z][A-Za-z0-9._-]{0,39})["']""")

#: Those in which "<" is one byte and the codec is plain and quick; Python also knows ciphers and compressions by name.
_SAFE = re.compile(
    r"utf-8|ascii|iso8859-\d+|cp125\d|cp437|cp85\d|cp866|cp874|cp932|cp949|cp950|koi8-[ru]|mac-roman|gb2312|gbk|gb18030|big5|shift_jis|euc_jp|euc_kr"
)


@dataclass(frozen=True, slots=True)
class Decoded:
    text: str
    encoding: str
    bom: bytes
    fault: Fault | None = None


def decode(data: bytes) -> Decoded:
    bom, encoding, fault = _encoding_of(data)
    body = data[len(bom) :]
    try:
        text = body.decode(encoding)
        if text.encode(encoding) == body:
            return Decoded(text, encoding, bom, fault)
        where = 0
    except UnicodeError as error:
        where = error.start if isinstance(error, UnicodeDecodeError) else 0
    return _kept(body, encoding, bom, where)


def encode(text: str, encoding: str) -> bytes:
    return text.encode(encoding, "surrogateescape")


def _kept(body: bytes, encoding: str, bom: bytes, where: int) -> Decoded:
    """The bytes that are no text in `encoding` become lone surrogates, or the whole is read byte by byte: either is written back as it was."""
    message = f"The file holds bytes that are no {encoding.upper()} text"
    text = body.decode(encoding, "surrogateescape") if encoding == "utf-8" else ""
    if text and encode(text, encoding) == body:
        return Decoded(text, encoding, bom, Fault(message, len(body[:where].decode(encoding, "surrogateescape"))))
    return Decoded(body.decode("latin-1"), "latin-1", bom, Fault(message, where))


def _encoding_of(data: bytes) -> tuple[bytes, str, Fault | None]:
    for bom, encoding in _MARKS:
        if data.startswith(bom):
            return bom, encoding, None
    for start, encoding in _UNMARKED:
        if data.startswith(start):
            return b"", encoding, None
    declared = _DECLARATION.match(data[:1024])
    if declared is None:
        return b"", "utf-8", None
    name = declared[1].decode("ascii")
    try:
        encoding = codecs.lookup(name).name
    except LookupError:
        encoding = ""
    if _SAFE.fullmatch(encoding):
        return b"", encoding, None
    if encoding.startswith("utf-16"):  # single bytes under that name: what was meant cannot be known
        return b"", "utf-8", Fault("The declaration says UTF-16, the bytes are not", declared.start(1))
    return b"", "latin-1", Fault(f"The declared encoding {name!r} is not known", declared.start(1))
