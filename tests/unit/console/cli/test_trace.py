from collections.abc import Callable
from pathlib import Path

import pytest

from console.cli import command_line

URL = "http://127.0.0.1:17080/guestbook"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--header", "nonsense"], "Name: value"),
        (["--header", "A: b\r\nC: d"], "Name: value"),
        (["--method", "GET /x"], "a method is a word"),
        (["--data", "@/no/such/file"], "/no/such/file"),
        (["--mode", "both", "--method", "POST"], "--unsafe"),
        (["--mode", "classic", "--data", "x"], "--unsafe"),
    ],
)
def test_what_cannot_be_asked(sample: Callable[[str], Path], arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.run(["trace", URL, "--config", str(sample("first-run")), *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert words in err


def test_a_pool_that_does_not_exist(sample: Callable[[str], Path], capsys: pytest.CaptureFixture[str]) -> None:
    config = sample("first-run") / "applicationHost.config"
    config.write_text(config.read_text().replace('applicationPool="DefaultAppPool"', 'applicationPool="Gone"'))
    assert command_line.run(["trace", URL, "--config", str(config)]) == 2
    assert "Gone" in capsys.readouterr().err


def test_a_configuration_that_cannot_be_used(sample: Callable[[str], Path], capsys: pytest.CaptureFixture[str]) -> None:
    config = sample("first-run") / "applicationHost.config"
    config.write_text(config.read_text().replace("</sites>", "</site>"))
    assert command_line.run(["trace", URL, "--config", str(config)]) == 2
    assert f"{config}:" in capsys.readouterr().err
