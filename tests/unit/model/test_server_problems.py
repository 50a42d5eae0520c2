"""What is wrong with the server's file at its own level."""

from __future__ import annotations

from pathlib import Path

from model.server_problems import server_problems
from tests.support.meaning import hierarchy, server


def test_a_fault_in_a_section_that_the_server_reads_is_an_error_and_elsewhere_a_warning(tmp_path: Path) -> None:
    read = '<system.webServer><handlers accessPolicy="Perhaps" /></system.webServer>'
    unread = '<system.webServer><caching enableKernelCache="perhaps" /></system.webServer>'
    for inner, severity in ((read, "error"), (unread, "warning")):
        assert {problem.severity for problem in server_problems(hierarchy(tmp_path, server(inner))) if "erhaps" in problem.message} == {severity}


def test_location_tags_for_nobody_and_a_redirection_are_told(tmp_path: Path) -> None:
    (tmp_path / "redirection.config").write_text('<configuration><configurationRedirection enabled="true" path="x" /></configuration>')
    found = hierarchy(tmp_path, server('<location path="Nobody/x"><system.webServer /></location>'))
    assert {"not-executed", "unknown-path"} <= {problem.code for problem in server_problems(found)}
