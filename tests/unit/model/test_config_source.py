"""configSource beyond the golden cases: what is refused, and that the file counts as one that was read."""

from pathlib import Path

import pytest

from model.config_path import ConfigPath
from tests.support.meaning import hierarchy, server, web

SECTION = "system.webServer/defaultDocument"
FILE = '<defaultDocument enabled="false"><files><clear /></files></defaultDocument>'


def section(element: str) -> str:
    return web(f"<system.webServer>{element}</system.webServer>")


def test_the_content_of_the_other_file_counts(tmp_path: Path) -> None:
    files = {"s/web.config": section('<defaultDocument configSource="in\\documents.config" />'), "s/in/documents.config": FILE}
    found = hierarchy(tmp_path, server(), files)
    merged = found.merged(SECTION, ConfigPath("S"))
    assert merged.problems == ()
    assert merged.root.get("enabled") == "false"
    source = merged.root.source_of("enabled")
    assert source is not None
    assert (source.file, source.config_path) == (str(tmp_path / "s/in/documents.config"), "MACHINE/WEBROOT/APPHOST/S")
    assert tmp_path / "s/in/documents.config" in {document.path for document in found.documents()}


@pytest.mark.parametrize(
    ("element", "content", "reason"),
    [
        ('<defaultDocument configSource="none.config" />', FILE, "does not exist"),
        ('<defaultDocument configSource="own.config" />', "<defaultDocument>", "cannot be read"),
        ('<defaultDocument configSource="own.config" />', "<other />", "holds <other>"),
        ('<defaultDocument configSource="../own.config" />', FILE, "of this folder"),
        ('<defaultDocument configSource="C:\\own.config" />', FILE, "of this folder"),
        ('<defaultDocument configSource="own.config" enabled="true" />', FILE, "nothing else"),
    ],
)
def test_what_is_refused_leaves_what_is_inherited(tmp_path: Path, element: str, content: str, reason: str) -> None:
    found = hierarchy(tmp_path, server(), {"s/web.config": section(element), "s/own.config": content}).merged(SECTION, ConfigPath("S"))
    assert found.root.values["enabled"].is_default
    (problem,) = found.problems
    assert (problem.severity, problem.code) == ("error", "0x8007000d")
    assert reason in problem.message
