"""Configuration texts for tests: generated ones, and the real files of the samples folder.

Knows no server and no console. The samples are read where POOLHOUSE_SAMPLES says, else beside the repository.
"""

from __future__ import annotations

import os
from pathlib import Path

from hypothesis import strategies as st

_ROOT = Path(__file__).resolve().parents[2]

_NAMES = st.sampled_from(["add", "remove", "clear", "system.webServer", "modules", "a", "location", "é"])
_ATTRIBUTES = st.sampled_from(["name", "path", "type", "xmlns:x", "value", "lockItem"])
_VALUES = st.text(st.sampled_from("abZ0 .*,;=/\\'>%é€\U0001f600\t\n"), max_size=12).map(lambda text: text.replace("'", "&apos;"))
_SPACES = st.text(st.sampled_from(" \t\n"), max_size=4)
_FILL = st.one_of(
    _SPACES,
    st.text("xyz<>-! ", max_size=8).map(lambda text: f"<!--{text.replace('--', '').strip('-')}-->"),
    st.just("<![CDATA[<a b='1'>&]]>"),
    st.just("<?target data?>"),
    st.just("&amp;&#x20AC;"),
)


def sample_folder() -> Path:
    return Path(os.environ.get("POOLHOUSE_SAMPLES") or _ROOT.parent / "shared" / "samples")


def samples() -> list[Path]:
    """Every real file, none where the folder is absent."""
    return sorted(sample_folder().glob("*.config"))


@st.composite
def _element(draw: st.DrawFn, children: st.SearchStrategy[str]) -> str:
    name = draw(_NAMES)
    attributes = draw(st.dictionaries(_ATTRIBUTES, _VALUES, max_size=3))
    quote = draw(st.sampled_from("\"'"))
    gap = draw(st.sampled_from([" ", "\n    ", "\t"]))
    tag = name + "".join(f"{gap}{key}={quote}{value}{quote}" for key, value in attributes.items())
    inside = draw(st.lists(st.one_of(children, _FILL), max_size=4))
    if not inside and draw(st.booleans()):
        return f"<{tag}{draw(st.sampled_from(['', ' ']))}/>"
    return f"<{tag}>{''.join(inside)}</{name}{draw(st.sampled_from(['', ' ']))}>"


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Well-formed XML that looks like a configuration, in all the layouts that people write."""
    root = draw(_element(st.recursive(_element(st.nothing()), _element, max_leaves=12)))
    declaration = draw(st.sampled_from(["", '<?xml version="1.0"?>\n', "<?xml version='1.0' ?>", "<!-- first -->\n"]))
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    return (declaration + root + draw(st.sampled_from(["", "\n"]))).replace("\n", newline)
