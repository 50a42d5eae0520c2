"""The first-run sample with a marked secret in every attribute that the schema has encrypted; and what a search for the marks finds.

Knows the schema's own list: an attribute that joins it and is not written here is an error of the test.
"""

from __future__ import annotations

import contextlib
import random
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from model.document import Document, Element
from model.schema import ElementSchema, section_schema, sections
from model.section_place import Step

#: Every mark begins so.
MARK = "qZ7mark"
_FTP = '<ftpServer><security><authentication><anonymousAuthentication password="@" /></authentication></security>'
_FTP += '<userIsolation><activeDirectory adPassword="@" /></userIsolation></ftpServer>'
_DIRECTORIES = '<virtualDirectoryDefaults password="@" />'
_REPLACED = {
    '<iisClientCertificateMappingAuthentication enabled="false" />': (
        '<iisClientCertificateMappingAuthentication><manyToOneMappings><add name="m" userName="u" password="@" /></manyToOneMappings>'
        '<oneToOneMappings><add userName="u" password="@" certificate="c" /></oneToOneMappings></iisClientCertificateMappingAuthentication>'
    ),
    '<add name="DefaultAppPool" managedPipelineMode="Integrated" />': (
        '<add name="DefaultAppPool" managedPipelineMode="Integrated"><processModel userName="u" password="@" /></add>'
    ),
    '<processModel identityType="ApplicationPoolIdentity" />': '<processModel identityType="ApplicationPoolIdentity" userName="u" password="@" />',
    'sites\\integrated" />': f'sites\\integrated" userName="u" password="@" />{_DIRECTORIES}',
    '<site name="Integrated" id="1" serverAutoStart="true">': f'<site name="Integrated" id="1" serverAutoStart="true">{_FTP}{_DIRECTORIES}',
    '<logFile logFormat="W3C" period="Daily" />': f'<logFile logFormat="W3C" period="Daily" />{_FTP}',
    '<virtualDirectoryDefaults allowSubDirConfig="true" />': '<virtualDirectoryDefaults allowSubDirConfig="true" password="@" />',
    '<anonymousAuthentication enabled="true"': '<anonymousAuthentication password="@" enabled="true"',
    "<validation />": (
        '<validation /><odbcLogging password="@" /><proxy clientCertPassword="@" />'
        '<rewrite><providers><provider name="p" type="t"><settings><add key="k" encryptedValue="@" /></settings></provider></providers></rewrite>'
    ),
    "</configSections>": (
        '<section name="configurationRedirection" /><section name="webFarms" />'
        '<sectionGroup name="system.ftpServer"><section name="providerDefinitions" /></sectionGroup></configSections>'
        '<configurationRedirection password="@" />'
        '<webFarms><webFarm name="f" adminPassword="@"><applicationRequestRouting><protocol clientCertPassword="@" /></applicationRequestRouting>'
        '<defaultProxy password="@" /></webFarm></webFarms>'
        '<system.ftpServer><providerDefinitions><activation><providerData name="d"><add key="k" encryptedValue="@" /></providerData></activation>'
        "</providerDefinitions></system.ftpServer>"
    ),
    '<section name="odbcLogging"': '<section name="proxy" /><section name="odbcLogging"',
}


@dataclass(frozen=True)
class Place:
    """An encrypted attribute as it stands in the file."""

    section: str
    steps: tuple[Step, ...]
    name: str


def mark(config: Path, seed: int) -> int:
    """Writes a mark into each; how many."""
    chance = random.Random(seed)
    text = config.read_text("utf-8")
    for before, after in _REPLACED.items():
        assert before in text, before
        text = text.replace(before, after, 1)
    pieces = text.split('"@"')
    text = "".join(f'{piece}"{MARK}{chance.randrange(1 << 40):x}"' for piece in pieces[:-1]) + pieces[-1]
    config.write_text(text, "utf-8")
    return len(pieces) - 1


def places(config: Path) -> list[Place]:
    """Where the file has an encrypted attribute."""
    root = Document.read(config).root
    assert root is not None
    return [place for child in root.children for place in _in_groups(child, child.name)]


def _in_groups(element: Element, name: str) -> Iterator[Place]:
    schema = section_schema(name)
    if schema is not None and name in sections():
        yield from _in(element, schema, name, ())
        return
    for child in element.children:
        yield from _in_groups(child, f"{name}/{child.name}")


def _in(element: Element, schema: ElementSchema, section: str, steps: tuple[Step, ...]) -> Iterator[Place]:
    yield from (Place(section, steps, item.name) for item in element.attributes if (known := schema.attributes.get(item.name)) and known.encrypted)
    for child in element.children:
        if child.name in schema.elements:
            yield from _in(child, schema.elements[child.name], section, (*steps, Step(child.name)))
        elif schema.collection is not None and schema.entry is not None:
            key = tuple((name, child.get(name, "")) for name in schema.collection.key)
            yield from _in(child, schema.entry, section, (*steps, Step(child.name, key)))


def kinds(found: list[Place]) -> set[tuple[str, tuple[str, ...], str]]:
    return {(place.section, tuple(step.name for step in place.steps), place.name) for place in found}


def of_schema() -> set[tuple[str, tuple[str, ...], str]]:
    """Every encrypted attribute that there is."""
    return {entry for name in sections() for entry in _of_schema(section_schema(name), name, ())}


def _of_schema(schema: ElementSchema | None, section: str, way: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...], str]]:
    if schema is None:
        return
    yield from ((section, way, name) for name, attribute in schema.attributes.items() if attribute.encrypted)
    for name, inner in schema.elements.items():
        yield from _of_schema(inner, section, (*way, name))
    if schema.collection is not None:
        yield from _of_schema(schema.entry, section, (*way, schema.collection.add[0]))


def files_with(folder: Path, word: bytes) -> list[str]:
    """Files below the folder that hold the word, packed or not; by their paths below it."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            with contextlib.suppress(zlib.error):
                data += zlib.decompress(data)
            if word in data:
                found.append(path.relative_to(folder).as_posix())
    return found
