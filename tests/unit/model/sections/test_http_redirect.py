"""Where requests are sent instead."""

from pathlib import Path

from hwebcore.plan import HttpRedirect
from model.sections import http_redirect
from model.sections.http_redirect import settings
from tests.unit.model.sections import section


def made(folder: Path, xml: str) -> HttpRedirect:
    return settings(section(folder, http_redirect.HttpRedirect.SECTION, xml))


def test_nothing_is_redirected_by_itself(tmp_path: Path) -> None:
    rest = 'destination="http://b.test" exactDestination="true"><add wildcard="*" destination="/x" /></httpRedirect>'
    assert made(tmp_path, "") == made(tmp_path, f"<httpRedirect {rest}") == made(tmp_path, '<httpRedirect enabled="true" />') == HttpRedirect()


def test_a_destination_leaves_nothing_to_wildcards(tmp_path: Path) -> None:
    xml = '<httpRedirect enabled="true" destination="/d" httpResponseStatus="PermRedirect"><add wildcard="*" destination="/x" /></httpRedirect>'
    found = made(tmp_path, xml)
    assert [(one.destination, one.wildcard) for one in found.redirects] == [("/d", "")]
    assert (found.status, found.exact, found.child_only) == (308, False, False)


def test_wildcards_in_their_order(tmp_path: Path) -> None:
    xml = (
        '<httpRedirect enabled="true" exactDestination="true" childOnly="true" httpResponseStatus="Temporary"><add wildcard="*.b" destination="/b" />'
        '<add wildcard="*.a" destination="/a" /></httpRedirect>'
    )
    found = made(tmp_path, xml)
    assert [(one.wildcard, one.destination) for one in found.redirects] == [("*.b", "/b"), ("*.a", "/a")]
    assert (found.status, found.exact, found.child_only) == (307, True, True)
    assert None not in [one.source for one in found.redirects]
