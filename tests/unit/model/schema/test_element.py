"""Finding an element's schema by the names that the XML has."""

import pytest

from model.schema import section_schema


@pytest.mark.parametrize(
    ("section", "path", "attribute"),
    [
        ("system.applicationHost/applicationPools", "add/recycling/periodicRestart", "privateMemory"),
        ("system.applicationHost/applicationPools", "<add>/processModel", "idleTimeout"),
        ("system.applicationHost/sites", "site/application/virtualDirectory", "physicalPath"),
        ("system.webServer/security/requestFiltering", "requestLimits/headerLimits/add", "sizeLimit"),
        ("system.web/authorization", "deny", "users"),
    ],
)
def test_find(section: str, path: str, attribute: str) -> None:
    schema = section_schema(section)
    assert schema is not None
    found = schema.find(path)
    assert found is not None
    assert attribute in found.attributes


def test_find_what_is_not_there() -> None:
    schema = section_schema("system.webServer/handlers")
    assert schema is not None
    assert schema.find("nothing/below") is None
    assert schema.find("") is schema
