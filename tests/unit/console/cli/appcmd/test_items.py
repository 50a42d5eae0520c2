import pytest

from console.cli.appcmd.failure import AppCmdError
from console.cli.appcmd.grammar import Invocation, parse
from console.cli.appcmd.items import Item, chosen, write
from model.effective import EffectiveElement, EffectiveValue

ELEMENT = EffectiveElement("add", {"queueLength": EffectiveValue("1000")}, {"cpu": EffectiveElement("cpu", {"limit": EffectiveValue("0")})})
ITEMS = [
    Item("APPPOOL", "A", (("MgdMode", "Integrated"), ("state", "Started")), {"state": "Started"}, ELEMENT, "<add name='A' />"),
    Item("APPPOOL", "B & Co", (("MgdMode", "Classic"), ("state", "Stopped")), {"state": "Stopped"}, ELEMENT),
]


def listed(words: str) -> Invocation:
    return parse(["list", "apppool", *words.split()])


def test_the_line() -> None:
    assert ITEMS[0].text == 'APPPOOL "A" (MgdMode:Integrated,state:Started)'


def test_the_line_of_a_module() -> None:
    item = Item("MODULE", "X", (("preCondition", ""),), {}, spaced=True, flags=("native",))
    assert item.text == 'MODULE "X" ( native, preCondition: )'


@pytest.mark.parametrize(
    ("words", "names"), [("", ["A", "B & Co"]), ("a", ["A"]), ("/state:stopped", ["B & Co"]), ("/cpu.limit:0", ["A", "B & Co"]), ("x", [])]
)
def test_choosing(words: str, names: list[str]) -> None:
    assert [item.name for item in chosen(ITEMS, listed(words))] == names


def test_an_attribute_that_none_has() -> None:
    with pytest.raises(AppCmdError, match="Unknown attribute"):
        chosen(ITEMS, listed("/nonsense:1"))
    with pytest.raises(AppCmdError, match=r'"nonsense"\. It may be APPPOOL\.NAME, state, queueLength, cpu\.limit\.'):
        write(ITEMS, listed("/text:nonsense"))
    write([], listed("/text:nonsense"))  # of nothing, nothing can be asked in vain


def test_xml_is_well_formed(capsys: pytest.CaptureFixture[str]) -> None:
    write(ITEMS, listed("/xml"))
    assert '    <APPPOOL APPPOOL.NAME="B &amp; Co" state="Stopped" />\n' in capsys.readouterr().out


def test_text_of_one_attribute(capsys: pytest.CaptureFixture[str]) -> None:
    write(ITEMS, listed("/text:queuelength"))
    assert capsys.readouterr().out == "1000\n1000\n"


def test_text_of_everything(capsys: pytest.CaptureFixture[str]) -> None:
    write(ITEMS[:1], listed("/text:*"))
    assert capsys.readouterr().out == ('APPPOOL\n  APPPOOL.NAME: A\n  state: Started\n  [add]\n    queueLength:"1000"\n    [cpu]\n      limit:"0"\n')


def test_config_as_written(capsys: pytest.CaptureFixture[str]) -> None:
    write(ITEMS[:1], listed("/config"))
    assert capsys.readouterr().out == "<add name='A' />\n"
