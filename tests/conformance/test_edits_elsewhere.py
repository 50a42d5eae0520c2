"""An edit for one place never changes what holds at another: on the real servers' files, for any section that a site may have.

The hierarchy is read from the server's file alone; edits go into location tags of it, as they do where a section is locked.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.config_path import ConfigPath
from model.document import Document
from model.edits import LockSection, SetAttribute, Single, Where, splices
from model.effective import EffectiveElement
from model.hierarchy import Hierarchy
from model.schema import section_schema
from tests.support import configurations

SERVERS = [path for path in configurations.samples() if path.name.endswith("applicationHost.config")]
HERE = ConfigPath("Edited", "/app")
ELSEWHERE = (ConfigPath(), ConfigPath("Edited"), ConfigPath("Edited", "/application"), ConfigPath("Other", "/app"))
SECTIONS = ("defaultDocument", "directoryBrowse", "httpErrors", "staticContent", "urlCompression", "security/requestFiltering", "asp", "handlers")

_READ: dict[Path, Document] = {}


def values(element: EffectiveElement) -> object:
    """What holds, without where it is written: that may move."""
    inner = {name: values(child) for name, child in element.elements.items()}
    return {name: value.value for name, value in element.values.items()}, inner, [values(entry) for entry in element.entries]


def effective_there(document: Document) -> list[object]:
    hierarchy = Hierarchy(document, lambda path: None)
    return [values(hierarchy.merged(f"system.webServer/{section}", path).root) for section in SECTIONS for path in ELSEWHERE]


@pytest.mark.skipif(not SERVERS, reason="the samples folder is not there")
@pytest.mark.parametrize("path", SERVERS, ids=lambda path: path.name)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(section=st.sampled_from(SECTIONS), number=st.integers(0, 9), mode=st.sampled_from(["", "Allow", "Deny"]))
def test_what_holds_elsewhere_stays(path: Path, section: str, number: int, mode: str) -> None:
    document = _READ.setdefault(path, Document.parse(path, path.read_bytes()))
    where = Where(f"system.webServer/{section}", HERE, "location")
    schema = section_schema(where.section)
    assert schema is not None
    names = sorted(schema.attributes) or ["lockItem"]
    edit: Single = SetAttribute(where, (), names[number % len(names)], "true")
    if mode:
        edit = LockSection(where, "Allow" if mode == "Allow" else "Deny")
    changed = document.apply(splices(edit, document, HERE.location))
    assert changed.text != document.text
    assert effective_there(changed) == effective_there(document)
