import pytest

from console.cli.appcmd.failure import AppCmdError
from console.cli.appcmd.setting import Selector, read


@pytest.mark.parametrize(
    ("typed", "sign", "path"),
    [
        ("enabled", "", ("enabled",)),
        ("processModel.idleTimeout", "", ("processModel", "idleTimeout")),
        ("[name='a b',key=\"c.d\"].attr", "", (Selector((("name", "a b"), ("key", "c.d"))), "attr")),
        ("+[name='x',type='a.B, C']", "+", (Selector((("name", "x"), ("type", "a.B, C"))),)),
        ("+bindings.[@start,protocol='http']", "+", ("bindings", Selector((("protocol", "http"),), "start"))),
        ("+files.[value=plain]", "+", ("files", Selector((("value", "plain"),)))),
        ("[@2].attr", "", (Selector((), "2"), "attr")),
        ("-limits.maxUrl", "-", ("limits", "maxUrl")),
        ("~files", "~", ("files",)),
        ("~", "~", ()),
    ],
)
def test_forms(typed: str, sign: str, path: tuple[str | Selector, ...]) -> None:
    setting = read(typed, "v")
    assert (setting.sign, setting.path, setting.value) == (sign, path, "v")


@pytest.mark.parametrize("typed", ["", "+name", "[name='x'", "[=]", "+"])
def test_what_cannot_be_read(typed: str) -> None:
    with pytest.raises(AppCmdError) as caught:
        read(typed, "")
    assert caught.value.code == 87
