"""Foreign text in the server's own pages."""

from __future__ import annotations

import pytest

from hwebcore.markup import escape


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<img src=x onerror='alert(1)'>&\"", "&lt;img src=x onerror=&#x27;alert(1)&#x27;&gt;&amp;&quot;"),
        ("a\x1b[31mb", "a\\x1b[31mb"),
        ("x\u202egpj.exe", "x\\u202egpj.exe"),
        ("line\nline\x85\u2028", "line\\x0aline\\x85\\u2028"),
        ("bad\udcff", "bad\\xff"),
        ("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
        ("ünï 日本", "ünï 日本"),
        (404, "404"),
    ],
)
def test_escape(text: object, shown: str) -> None:
    assert escape(text) == shown


def test_long_text_is_cut_and_says_so() -> None:
    assert escape("a" * 10, most=4) == "aaaa…"


def test_every_code_point_leaves_as_utf_8_without_controls() -> None:
    page = escape("".join(map(chr, range(0x3000))) + "".join(map(chr, range(0xD7F0, 0xE010))), most=1 << 20)
    page.encode()
    assert page.isprintable() or all(letter.isprintable() or letter in "\xa0" or letter.isspace() for letter in page)
    assert "\n" not in page
