"""Story: somebody asks what the pipeline does with a request, with and without a running service, in one mode and in both."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.program_driver import Program


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """The sample, serving."""
    program = Program(tmp_path_factory.mktemp("trace") / "first-run")
    with program.serving():
        yield program


def modules(trace: Any, notification: str, pipeline: str = "iis") -> list[str]:
    return [
        event["module"] for event in trace["events"] if (event["notification"], event["pipeline"]) == (notification, pipeline) and not event["post"]
    ]


def ask(program: Program, path: str, *options: str, site: str = "integrated") -> Any:
    done = program.poolhouse("trace", program.url(path, site), "--json", *program.port_options, *options)
    assert done.code == 0, done.err
    return done.json


def test_the_picture_in_both_modes_and_why(first_run: Program) -> None:
    said = ask(first_run, "/members/photo.png", "--mode", "both")
    integrated, classic = said["integrated"], said["classic"]
    assert (said["schema"], said["shadow"]) == (1, "classic")
    assert [trace["response"]["status"] for trace in (integrated, classic)] == [302, 200]
    assert modules(integrated, "AUTHENTICATE_REQUEST")[:2] == ["FormsAuthentication", "AnonymousAuthenticationModule"]
    assert "Stamp" in modules(integrated, "BEGIN_REQUEST")
    assert not [event for event in classic["events"] if event["kind"] == "managed"]
    skipped = {entry["module"]: entry["cause"] for entry in classic["skipped"]}
    assert skipped["Stamp"] == skipped["FormsAuthentication"] == "mode"
    kinds = {difference["kind"] for difference in said["differences"]}
    assert {"status", "only_integrated", "body", "header"} <= kinds
    assert all(difference["why"] for difference in said["differences"])


def test_what_was_refused_names_its_line(first_run: Program) -> None:
    done = first_run.poolhouse("trace", first_run.url("/web.config"), *first_run.port_options)
    assert done.code == 0
    assert "404.8" in done.out
    assert "applicationHost.config:" in done.out


def test_an_application_is_not_run_twice_unasked(served: Program) -> None:
    url = served.url("/guestbook")
    refused = served.poolhouse("trace", url, "--mode", "both", "--data", "words=hello")
    assert refused.code == 2
    assert "--unsafe" in refused.err
    assert "Nobody has signed" in served.get("/guestbook").text
    assert served.poolhouse("trace", url, "--data", "words=hello").code == 0
    assert "A guest: hello" in served.get("/guestbook").text


def test_shadow_requests_count_nowhere(served: Program) -> None:
    served.get("/hello")
    stamp = int(served.get("/hello").headers["x-stamp"].partition(";")[0])
    assert ask(served, "/hello", "--mode", "classic")["request"]["shadow"] is True
    assert int(served.get("/hello").headers["x-stamp"].partition(";")[0]) == stamp + 1
    assert served.pool("DefaultAppPool")["failures"] == 0


def test_urls_that_go_nowhere(first_run: Program) -> None:
    for url in ("http://127.0.0.1:1/", "/hello", "https://127.0.0.1/"):
        assert first_run.poolhouse("trace", url).code == 2
