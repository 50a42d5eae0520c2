"""Values of attributes: what a text means, and what the schema refuses."""

from collections.abc import Iterator

import pytest

from model.schema import AttributeSchema, ElementSchema, section_schema, sections
from model.schema.value import INFINITE, fault, parse


def attribute(section: str, path: str, name: str) -> AttributeSchema:
    schema = section_schema(section)
    assert schema is not None
    found = schema.find(path)
    assert found is not None
    return found.attributes[name]


POOLS, SITES = "system.applicationHost/applicationPools", "system.applicationHost/sites"


@pytest.mark.parametrize(
    ("at", "text", "value"),
    [
        ((POOLS, "add", "autoStart"), "True", True),
        ((POOLS, "add", "queueLength"), "2000", 2000),
        ((POOLS, "add", "managedPipelineMode"), "classic", "Classic"),
        ((POOLS, "add/processModel", "idleTimeout"), "00:20:00", 1200.0),
        ((POOLS, "add/recycling/periodicRestart", "time"), "29:00:00", 104400.0),
        (("system.webServer/staticContent", "clientCache", "cacheControlMaxAge"), "1.00:00:00", 86400.0),
        (("system.web/authentication", "forms", "timeout"), "30", 1800.0),
        (("system.web/sessionState", "", "timeout"), "Infinite", INFINITE),
        (("system.webServer/handlers", "", "accessPolicy"), "Read, Script", ("Read", "Script")),
        (("system.webServer/handlers", "", "accessPolicy"), "", ()),
        (("system.web/processModel", "", "requestLimit"), "infinite", INFINITE),
    ],
)
def test_parse(at: tuple[str, str, str], text: str, value: object) -> None:
    assert parse(attribute(*at), text) == value
    assert fault(attribute(*at), text) == ""


@pytest.mark.parametrize(
    ("at", "text", "reason"),
    [
        ((POOLS, "add", "autoStart"), "yes", "It must be true or false"),
        ((POOLS, "add", "queueLength"), "9", "It must be a whole number from 10 to 65535"),
        ((POOLS, "add", "queueLength"), "-1", "It must be a whole number from 0 to 4294967295"),
        ((POOLS, "add", "queueLength"), "many", "It must be a whole number"),
        ((POOLS, "add", "managedPipelineMode"), "Isapi", "It must be one of Integrated, Classic"),
        ((POOLS, "add", "name"), "a/b", "A pool's name has 1 to 64 characters and none of |<>&\"/[]+=;:,?*@"),
        ((POOLS, "add/processModel", "idleTimeout"), "20 minutes", "It must be a time span, hh:mm:ss or d.hh:mm:ss"),
        (
            (POOLS, "add/processModel", "idleTimeout"),
            "00:00:30",
            "It must be 0 to 2592000 seconds in steps of 60",
        ),
        ((SITES, "site", "name"), "a?b", "A site's name is not empty and has none of /?"),
        ((SITES, "site/limits", "maxBandwidth"), "1000", "It must be outside 0 to 1023"),
        ((SITES, "site/application", "path"), "app/", "A path begins with / and does not end with it"),
        ((SITES, "site/application", "path"), "/a/../b", "A path has no segment . or .."),
        ((SITES, "site/bindings/binding", "protocol"), "", "It must not be empty"),
    ],
)
def test_fault(at: tuple[str, str, str], text: str, reason: str) -> None:
    assert fault(attribute(*at), text) == reason


def defaults(schema: ElementSchema, path: str) -> Iterator[tuple[AttributeSchema, str]]:
    for name, item in schema.attributes.items():
        if item.default:
            yield item, f"{path}@{name}"
    for inner in (*schema.elements.values(), *filter(None, (schema.entry,))):
        yield from defaults(inner, f"{path}/{inner.name}")


def test_the_schema_accepts_its_own_defaults() -> None:
    wrong = {
        where: fault(item, item.default)
        for name in sections()
        if name.startswith(("system.applicationHost", "system.webServer", "system.web/"))
        for item, where in defaults(section_schema(name) or ElementSchema(name), name)
    }
    assert len(wrong) > 300
    assert {where: reason for where, reason in wrong.items() if reason} == {}
