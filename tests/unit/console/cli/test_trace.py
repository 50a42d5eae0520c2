import contextlib
import json
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from console.cli import command_line
from console.cli.instance import locate
from hwebcore.client import PROTOCOL

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


def test_an_address_that_nobody_answers_is_told_with_where_it_was_looked_for(
    sample: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    config = sample("first-run")
    assert command_line.run(["trace", "http://127.0.0.1:9/", "--config", str(config)]) == 2
    assert f"looked for in {config / 'applicationHost.config'}; --config CONFIG names another" in capsys.readouterr().err


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


@contextlib.contextmanager
def greeting(control: Path, *greetings: dict[str, object]) -> Iterator[list[int]]:
    """What a service says at its control socket: a greeting to each that comes, the last to all that follow. Yields who came."""
    came: list[int] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        control.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        listener.bind(str(control))
        listener.listen()

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    sock, _ = listener.accept()
                    said = json.dumps(greetings[min(len(came), len(greetings) - 1)]).encode()
                    came.append(len(came))
                    sock.sendall(len(said).to_bytes(4, "big") + said)
                    sock.close()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield came
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


BUSY = {"type": "busy", "message": "all 64 control connections are taken: 64 by process 7"}


@pytest.mark.parametrize("json_wanted", [[], ["--json"]], ids=["text", "json"])
def test_a_busy_service_is_waited_for_and_that_is_said(
    sample: Callable[[str], Path], json_wanted: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    config = sample("first-run") / "applicationHost.config"
    with greeting(locate(str(config)).folders.control, BUSY) as came:
        assert command_line.run(["trace", URL, "--config", str(config), "--timeout", "0.3", *json_wanted]) == 4
    out, err = capsys.readouterr()
    assert out == ""
    assert "is busy: all 64 control connections are taken: 64 by process 7" in err
    assert err.count("waiting for a place, 0.3 s at most (--timeout)") == 1
    assert "was busy for 0.3 s" in err
    assert len(came) > 1, "it has asked again"


def test_the_service_that_was_waited_for_is_the_one_that_is_asked(sample: Callable[[str], Path], capsys: pytest.CaptureFixture[str]) -> None:
    config = sample("first-run") / "applicationHost.config"
    with greeting(locate(str(config)).folders.control, BUSY, {"type": "hello", "version": PROTOCOL}) as came:
        assert command_line.run(["trace", URL, "--config", str(config)]) == 1
    assert "no trace: the service is gone" in capsys.readouterr().err
    assert len(came) == 2
