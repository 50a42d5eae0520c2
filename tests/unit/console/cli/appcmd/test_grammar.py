import pytest

from console.cli.appcmd.failure import AppCmdError
from console.cli.appcmd.grammar import Invocation, parse


@pytest.mark.parametrize("words", ["list apppool", "LIST AppPools", "list APPPOOL"])
def test_case_and_plural_do_not_matter(words: str) -> None:
    assert parse(words.split()) == Invocation("list", "apppool")


def test_an_identifier_and_parameters_in_their_order() -> None:
    invocation = parse(["set", "apppool", "My Pool", "/a.b:1:2", "-c:", "/processModel.idleTimeout:00:05:00"])
    assert invocation.identifier == "My Pool"
    assert invocation.parameters == (("a.b", "1:2"), ("c", ""), ("processModel.idleTimeout", "00:05:00"))


def test_parameters_of_output_are_told_apart() -> None:
    invocation = parse(["list", "sites", "/text:*", "/State:Started", "/XML"])
    assert (invocation.option("text"), invocation.option("xml"), invocation.option("config")) == ("*", "", None)
    assert invocation.parameters == (("State", "Started"),)


@pytest.mark.parametrize("arguments", [["--config", "x"], ["--config=x"], ["/apphostconfig:x"]])
def test_the_configuration(arguments: list[str]) -> None:
    assert parse(["list", "sites", *arguments]).config == "x"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("list", 87),
        ("", 87),
        ("frob site", 87),
        ("list trace", 50),
        ("recycle site x", 50),
        ("restore site x", 50),
        ("list site a b", 87),
        ("list site --config", 87),
    ],
)
def test_what_is_not_in_it_is_an_error(words: str, code: int) -> None:
    with pytest.raises(AppCmdError) as error:
        parse(words.split())
    assert error.value.exit_status == code
