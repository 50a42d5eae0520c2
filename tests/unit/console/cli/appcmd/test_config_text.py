from console.cli.appcmd.config_text import is_written, section_xml
from model.effective import EffectiveElement, EffectiveEntry, EffectiveValue
from model.source import Source

VALUES = {"enabled": EffectiveValue("a<b"), "size": EffectiveValue("9", is_default=True), "password": EffectiveValue("open")}
SECTION = EffectiveElement("files", VALUES, {"empty": EffectiveElement("empty")}, (EffectiveEntry("add", {"value": EffectiveValue("x")}),))


def test_only_what_is_written() -> None:
    expected = ["<g>", '  <files enabled="a&lt;b" password="********">', '    <add value="x" />', "  </files>", "</g>"]
    assert list(section_xml("g/files", SECTION, defaults=False)) == expected


def test_with_defaults() -> None:
    rows = list(section_xml("files", SECTION, defaults=True))
    assert rows[0] == '<files enabled="a&lt;b" size="9" password="********">'
    assert "  <empty />" in rows
    assert not is_written(SECTION.elements["empty"])


def test_what_a_defaults_element_gives_stands_there_alone() -> None:
    given, own = Source("f", 9, 1, ""), Source("f", 2, 1, "")
    values = {"name": EffectiveValue("P", own), "mode": EffectiveValue("Classic", given)}
    model = EffectiveElement("cpu", {"limit": EffectiveValue("5", given)})
    defaults = EffectiveElement("poolDefaults", {"mode": EffectiveValue("Classic", given)}, {"cpu": model})
    section = EffectiveElement("pools", {}, {"poolDefaults": defaults}, (EffectiveEntry("add", values, {"cpu": model}),))
    rows = list(section_xml("pools", section, defaults=False))
    assert rows == ["<pools>", '  <poolDefaults mode="Classic">', '    <cpu limit="5" />', "  </poolDefaults>", '  <add name="P" />', "</pools>"]
