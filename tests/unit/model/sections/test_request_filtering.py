"""Request filtering: lists and limits with their sources."""

from pathlib import Path

from model.sections.request_filtering import RequestFiltering, settings
from tests.unit.model.sections import section


def test_settings(tmp_path: Path) -> None:
    rows = """<requestFiltering allowDoubleEscaping="true" removeServerHeader="true">
<fileExtensions allowUnlisted="false"><add fileExtension=".CONFIG" allowed="false" /></fileExtensions>
<verbs><add verb="TRACE" allowed="false" /></verbs>
<hiddenSegments><add segment="App_Data" /></hiddenSegments>
<denyUrlSequences><add sequence=".." /></denyUrlSequences>
<requestLimits maxUrl="10"><headerLimits><add header="Cookie" sizeLimit="7" /></headerLimits></requestLimits></requestFiltering>"""
    found = settings(section(tmp_path, RequestFiltering.SECTION, rows))
    assert (found.allow_double_escaping, found.remove_server_header, found.allow_unlisted_extensions, found.allow_unlisted_verbs) == (
        True,
        True,
        False,
        True,
    )
    assert [(rule.value, rule.allowed) for rule in found.extensions] == [(".config", False)]
    assert [(rule.value, rule.allowed) for rule in found.verbs] == [("TRACE", False)]
    assert [rule.value for rule in found.hidden_segments] == ["app_data"]
    assert [rule.value for rule in found.denied_url_sequences] == [".."]
    assert [(rule.value, rule.size) for rule in found.header_limits] == [("Cookie", 7)]
    assert (found.max_url, found.max_query_string, found.max_allowed_content_length) == (10, 2048, 30_000_000)
    assert found.limits_source is not None
    assert found.hidden_segments[0].source is not None
