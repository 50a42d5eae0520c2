"""Error pages: a file that is not here is left out."""

from pathlib import Path

from model.sections.http_errors import HttpErrors, settings
from model.source import Source
from tests.unit.model.sections import section


def test_settings(tmp_path: Path) -> None:
    rows = """<httpErrors errorMode="Custom" existingResponse="PassThrough"><error statusCode="404" path="there.htm" />
<error statusCode="500" path="missing.htm" />
<error statusCode="403" subStatusCode="14" path="/forbidden" responseMode="ExecuteURL" /></httpErrors>"""
    asked: list[tuple[str, str]] = []

    def find(prefix: str, path: str, source: Source | None) -> str:
        asked.append((prefix, path))
        return "/pages/there.htm" if path == "there.htm" else ""

    found = settings(section(tmp_path, HttpErrors.SECTION, rows), find)
    assert (found.error_mode, found.existing_response) == ("Custom", "PassThrough")
    assert [(page.status, page.substatus, page.mode, page.path) for page in found.pages] == [
        (404, -1, "File", "/pages/there.htm"),
        (403, 14, "ExecuteURL", "/forbidden"),
    ]
    assert asked == [("", "there.htm"), ("", "missing.htm")]
