"""What `poolhouse serve` tells the service; that it serves is tests/e2e/test_serve.py."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from console.cli import serve
from console.cli.instance import Instance, locate
from console.cli.output import USAGE, Ended
from hwebcore.service import ServiceOptions


def told(folder: Path, *words: str) -> ServiceOptions:
    parser = argparse.ArgumentParser()
    serve.arguments(parser)
    options = parser.parse_args([str(folder), *words])
    return serve.service_options(serve.answered(locate(options.path), options), options)


def test_connections_of_an_address_are_limited_and_the_answer_is_kept(sample: Callable[[str], Path]) -> None:
    folder = sample("first-run")
    assert told(folder).connections_per_address == 2000
    assert told(folder, "--connections-per-address", "7").connections_per_address == 7
    assert told(folder).connections_per_address == 7
    assert told(folder, "--connections-per-address", "0").connections_per_address == 0
    with pytest.raises(SystemExit):
        told(folder, "--connections-per-address", "-1")


def test_a_first_look_is_no_run(sample: Callable[[str], Path]) -> None:
    folder = sample("first-run")
    assert not told(folder, "--no-run").start
    assert told(folder, "--private", str(folder / "private")).start  # what `trace` starts for one call: the first tour is still to come
    assert not locate(str(folder)).settings.has_run
    assert told(folder).start
    assert locate(str(folder)).settings.has_run


# rules: privilege.exposed-code
def test_root_serves_no_code_that_everybody_may_change(sample: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    folder = sample("first-run")
    instance = locate(str(folder))
    file = folder / "sites" / "classic" / "web.config"
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    serve.refuse_exposed(instance)
    file.chmod(0o666)
    with pytest.raises(Ended, match=f"{re.escape(str(file))}: everybody may write it") as ended:
        serve.refuse_exposed(instance)
    assert ended.value.code == USAGE
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    serve.refuse_exposed(instance)


# rules: privilege.exposed
def test_root_serves_no_configuration_that_everybody_may_change(
    sample: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = sample("first-run")

    def instance(*words: str) -> Instance:
        parser = argparse.ArgumentParser()
        serve.arguments(parser)
        options = parser.parse_args([str(folder), *words])
        return serve.answered(locate(options.path), options)

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    serve.refuse_exposed(instance())
    (folder / "applicationHost.config").chmod(0o666)
    with pytest.raises(Ended, match=r"everybody may write it.*\n.*--open-to-others") as ended:
        serve.refuse_exposed(instance())
    assert ended.value.code == USAGE
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    serve.refuse_exposed(instance())
    assert "chmod o-w" in capsys.readouterr().err
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    serve.refuse_exposed(instance("--open-to-others"))
    serve.refuse_exposed(instance())  # the answer is kept


def test_what_cannot_be_listened_on_is_said_at_once(sample: Callable[[str], Path], capsys: pytest.CaptureFixture[str]) -> None:
    instance = locate(str(sample("first-run")))
    taken = "site 'Integrated': port 80 of 127.0.0.1 is taken by another program: stop that one, or give the binding another port"
    serve._say_ready(instance, {"endpoints": [], "problems": [taken]}, False)
    said = capsys.readouterr()
    assert f"and listens nowhere\n{taken}\nwhat applications print: poolhouse log --follow {instance.config.parent}\nctrl+c stops it" in said.err


@pytest.mark.parametrize(
    ("urls", "said"), [(["http://localhost:8080/"], "on http://localhost:8080/"), ([f"http://w{n}/" for n in range(9)], "on *:8080")]
)
def test_what_can_be_opened_is_named_where_it_is_few(
    sample: Callable[[str], Path], capsys: pytest.CaptureFixture[str], urls: list[str], said: str
) -> None:
    serve._say_ready(locate(str(sample("first-run"))), {"endpoints": ["*:8080"], "urls": urls}, False)
    assert f"{said}\n" in capsys.readouterr().err


def test_what_is_wrong_is_said_when_it_begins_to_serve(sample: Callable[[str], Path], capsys: pytest.CaptureFixture[str]) -> None:
    errors = [f"web.config:{number}:1: odd" for number in range(7)]
    serve._say_ready(locate(str(sample("first-run"))), {"endpoints": ["127.0.0.1:80"], "errors": errors}, False)
    said = capsys.readouterr().err
    assert said.count("error web.config:") == 5
    assert "and 2 errors more: poolhouse status" in said
