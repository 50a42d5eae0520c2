"""A trace as lines: stages, lanes, outcomes, what did not run."""

from __future__ import annotations

from dataclasses import replace

from console.lines import Line
from console.waterfall import heading, source_text, stage_in, step_lines, unique, waterfall
from hwebcore.traces import SkippedModule
from tests.unit.console.test_compare import DENIED, FILTERING, event, trace


def text(line: Line) -> str:
    return "".join(run.text.plain for run in (*line.left, *line.right))


def test_a_stage_is_named_once_and_each_step_has_its_time() -> None:
    lines = [text(line) for line in waterfall(trace("Integrated", FILTERING, event("BEGIN_REQUEST", "Stamp", "managed")), 100)]
    assert "BEGIN_REQUEST" in lines[0]
    assert "BEGIN_REQUEST" not in lines[1]
    assert "█ RequestFiltering" in lines[0]
    assert "▓ Stamp" in lines[1]
    assert lines[0].endswith("1 µs")


def test_classic_boxes_the_second_pipeline() -> None:
    inner = event("BeginRequest", "Stamp", "managed", "aspnet")
    lines = [text(line) for line in waterfall(trace("Classic", FILTERING, inner), 100)]
    assert "ASP.NET, the second pipeline" in lines[1]
    assert "┆" in lines[2]


def test_the_reason_names_its_short_source_once() -> None:
    line = text(waterfall(trace("Integrated", DENIED), 120)[0])
    assert "DENIED ?  members/web.config:6" in line
    assert "/w/" not in line
    assert line.count("web.config") == 1


def test_where_room_is_short_the_reason_is_cut_and_then_the_source_goes() -> None:
    long = replace(DENIED, reason="the list of rules of this folder says that nobody may have it")
    lines = waterfall(trace("Integrated", long), 110)[0], waterfall(trace("Integrated", long), 60)[0]
    assert "the list of rules" in text(lines[0])
    assert "…  members/web.config:6" in text(lines[0])
    assert "members/web.config" not in text(lines[1])
    assert "the list of rules" in text(lines[1])


def test_the_whole_reason_of_a_failure_stands_below_it_where_it_was_cut() -> None:
    cut = replace(DENIED, reason="shop could not be imported: SyntaxError: invalid syntax (views.py, line 45)", source=None, status=500)
    lines = [text(line) for line in waterfall(trace("Integrated", cut), 80)]
    assert lines[1].endswith("│   shop could not be imported: SyntaxError: invalid syntax")
    assert lines[2].endswith("│   (views.py, line 45)")
    assert waterfall(trace("Integrated", cut), 80)[1].key is None, "the cursor goes on to the next step"
    assert len(waterfall(trace("Integrated", cut), 180)) == 1, "there it had room"
    assert len(waterfall(trace("Integrated", replace(cut, status=None, result="CONTINUE")), 80)) == 1, "nothing failed"


def test_not_run_gives_reasons_and_gathers_the_idle() -> None:
    early = SkippedModule("Session", "iis", "ACQUIRE_REQUEST_STATE", "completed_early", "UrlAuthorization completed the request", None)
    idle = [SkippedModule(f"{name}Module", "iis", None, "no_subscription", "", None) for name in ("DirectoryListing", "DefaultDocument")]
    lines = [text(line) for line in waterfall(trace("Integrated", FILTERING, skipped=(early, *idle)), 120)]
    assert "not run: 3" in lines[1]
    assert "ended before: UrlAuthorization completed the request" in lines[2]
    assert lines[3] == "nothing to do in this request: DirectoryListing, DefaultDocument"


def test_hostile_texts_are_shown() -> None:
    lines = waterfall(trace("Integrated", replace(DENIED, reason="\x1b[2J[/]", module="[@click=app.quit]x")), 100)
    assert "␛[2J[/]" in text(lines[0])
    assert "[@click=app.quit]x" in text(lines[0])


def test_heading_names_two_identities_in_classic() -> None:
    line = text(heading(trace("Classic", user="", managed_user="ada")))
    assert "user anonymous · in ASP.NET ada" in line


def test_scales_keep_bars_in_their_room() -> None:
    slow = event("EXECUTE_REQUEST_HANDLER", "StaticFileModule", start_us=1.0, duration_us=9.0)
    for scale in ("equal", "log", "linear"):
        assert all(len(text(line)) < 200 for line in waterfall(trace("Integrated", FILTERING, slow), 100, scale))


def test_children_follow() -> None:
    child = trace("Integrated", FILTERING, url="/default.html")
    lines = [text(line) for line in waterfall(trace("Integrated", FILTERING, children=(child,)), 100)]
    assert any("child request  GET /default.html" in line for line in lines)


def test_a_steps_whole_reason() -> None:
    lines = [text(line) for line in step_lines(DENIED, 60)]
    assert lines[0].startswith("AUTHORIZE_REQUEST  may this user have this?")
    assert "(managed)" in lines[1]
    assert lines[-1] == "Enter: /w/members/web.config:6:9"


def test_what_a_stage_is_for_is_never_cut() -> None:
    lines = [text(line) for line in step_lines(event("BEGIN_REQUEST", "RequestFilteringModule"), 60)]
    assert max(map(len, lines)) <= 60
    assert " ".join(" ".join(lines).split()).startswith("BEGIN_REQUEST the request has come; what is to be refused at once is refused here Request")


def test_the_server_s_own_steps_say_what_they_do() -> None:
    told = " ".join(text(line) for line in step_lines(event("MAP_REQUEST_HANDLER", "IIS Web Core", "core"), 200))
    assert "first row of <handlers> that fits" in told
    refused = replace(event("MAP_REQUEST_HANDLER", "IIS Web Core", "core"), reason="no handler is mapped")
    assert "first row" not in " ".join(text(line) for line in step_lines(refused, 200))


def test_a_stage_s_name_is_cut_where_that_tells_least() -> None:
    assert [stage_in(label, 14) for label in ("BEGIN_REQUEST", "AUTHENTICATE_REQUEST", "EXECUTE_REQUEST_HANDLER")] == [
        "BEGIN_REQUEST", "AUTHENTICATE", "EXECUTE_HAND…"
    ]  # fmt: skip


def test_source_text() -> None:
    assert source_text(None) == ""
    assert source_text(("/x/applicationHost.config", 611, 1, "MACHINE/WEBROOT/APPHOST")) == "applicationHost.config:611"
    assert source_text(("/x/web.config", 7, 1, "MACHINE/WEBROOT/APPHOST/S/members")) == "members/web.config:7"
    assert unique("abca") == ["a", "b", "c"]
