"""The stories' world with one set of strings written into all that it takes: every text of the configuration, file names, URLs, headers, logs.

Made from the schema, and from the lists that the pages declare. Knows no screen; hostile_walk.py looks at it.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree

from console.pages import PAGES, page
from model.schema import ElementSchema, section_schema
from tests.support import hostile
from tests.support.page_walk import furnished
from tests.support.program_driver import Program, eventually
from tests.support.story_world import World

#: What each written text begins with: they are told from all others, and from one another.
MARK = "hv"
#: Sections that belong to the server alone; all others are written for one site, which answers nothing then.
OF_THE_SERVER = ("system.webServer/fastCgi", "system.webServer/security/isapiCgiRestriction", "system.webServer/rewrite/globalRules", "appSettings")
SITES, POOLS = "system.applicationHost/sites", "system.applicationHost/applicationPools"
#: So many pools and sites where not all are wanted.
FEW = 3
#: Values without which an entry is none, or would be the same as the others.
FIXED = {"protocol": "http", "preCondition": "runtimeVersionv1.1", "domainName": ""}
#: What may not stand in names of pools and sites.
NOT_IN_NAMES = dict.fromkeys(map(ord, "\\/\"|<>:*[]=+;?,@'&#\r\n\t"), "-")
#: Answers only when the file is there: what asks is seen as being under way.
HELD = """import asyncio, os

async def application(scope, receive, send):
    while not os.path.exists(os.path.join(os.path.dirname(__file__), "go.txt")):
        await asyncio.sleep(0.05)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"held"})
"""
TALKER = "class Talker:\n    def process_request(self, context):\n        for text in {texts!r}:\n            print('said', text)\n"
ROWS = (
    '<add name="Talker" path="talk" verb="GET" type="talker.Talker" preCondition="integratedMode" />'
    '<add name="Held" path="held" verb="GET" type="asgi:held:application" preCondition="integratedMode" />'
)


def written(strings: Mapping[str, str], file: str, whole: bool = True) -> str:
    """The text of applicationHost.config with the strings in it, and at the end of each list all of them in one.

    `whole`: also a pool, a site and an application for each of them, not for a few alone.
    """
    root = ElementTree.fromstring(furnished(file))
    texts = [_allowed(text) for text in strings.values()]
    texts = [f"{MARK}{number:02d} {text}" for number, text in enumerate([*texts, " ".join(texts)])]
    shop = ElementTree.SubElement(root, "location", {"path": "Shop"})
    declared = [page(name) for name in PAGES]
    ways = {(entry.section, entry.path) for one in declared for entry in getattr(one, "collections", ())}
    ways |= {(f"system.webServer/{name}", "") for name in ("modules", "handlers", "rewrite/rules", "rewrite/outboundRules", "rewrite/rewriteMaps")}
    for section, path in sorted({*ways, ("system.webServer/rewrite/globalRules", ""), ("system.webServer/globalModules", "")}):
        of_server = section in OF_THE_SERVER or section.endswith("globalModules")
        _list(_at(root if of_server else shop, f"{section}/{path}".rstrip("/")), section, path, texts)
    for one in declared:
        if one.section not in ("", SITES, POOLS):
            schema = section_schema(one.section)
            assert schema is not None
            _texts(_at(root if one.section in OF_THE_SERVER else shop, one.section), schema, texts[-1])
    _named(root, texts if whole else texts[-FEW:])
    return ElementTree.tostring(root, "unicode")


def _allowed(text: str) -> str:
    return "".join(one for one in text if one in "\t\n\r" or (ord(one) >= 32 and not 0xD800 <= ord(one) < 0xE000 and ord(one) & 0xFFFE != 0xFFFE))


def _at(element: ElementTree.Element, path: str) -> ElementTree.Element:
    for name in path.split("/"):
        found = element.find(name)
        element = ElementTree.SubElement(element, name) if found is None else found
    return element


def _list(element: ElementTree.Element, section: str, path: str, texts: list[str]) -> None:
    schema = section_schema(section)
    schema = schema.find(path) if schema is not None else None
    assert schema is not None
    assert schema.collection is not None
    assert schema.entry is not None
    for number, text in enumerate(texts):
        entry = ElementTree.SubElement(element, schema.collection.add[-1])
        _texts(entry, schema.entry, text, number)


def _texts(element: ElementTree.Element, schema: ElementSchema, text: str, number: int = 0) -> None:
    """Into each attribute that is a text, of the element and of those in it."""
    for name, attribute in schema.attributes.items():
        if name in element.attrib or attribute.encrypted:
            continue
        if attribute.type == "string":
            element.set(name, FIXED.get(name, text))
        elif attribute.required and attribute.values:
            element.set(name, attribute.names[number % len(attribute.names)])
        elif attribute.required or (attribute.key and attribute.type != "string"):
            element.set(name, "false" if attribute.type == "bool" else str(400 + number))
    for name, inner in schema.elements.items():
        if inner.attributes:
            found = element.find(name)
            _texts(ElementTree.SubElement(element, name) if found is None else found, inner, text, number)


def _named(root: ElementTree.Element, texts: list[str]) -> None:
    """Pools, sites that are stopped; applications, directories and addresses of the shop."""
    pools, sites = _at(root, POOLS), _at(root, SITES)
    sites_schema, pools_schema = section_schema(SITES), section_schema(POOLS)
    assert sites_schema is not None
    assert sites_schema.entry is not None
    assert pools_schema is not None
    assert pools_schema.entry is not None
    shop = next(site for site in sites.iter("site") if site.get("name") == "Shop")
    names = [text.translate(NOT_IN_NAMES)[:64] for text in texts]
    for name in names:
        pools.insert(0, ElementTree.Element("add", {"name": name, "autoStart": "false"}))
    _texts(pools[0], pools_schema.entry, texts[-1])
    for number, name in enumerate(names):
        site = ElementTree.Element("site", {"name": name, "id": str(100 + number), "serverAutoStart": "false"})
        sites.insert(0, site)
        ElementTree.SubElement(_at(site, "bindings"), "binding", {"protocol": "http", "bindingInformation": f"127.0.0.1:17088:{texts[number]}"})
        application = ElementTree.SubElement(site, "application", {"path": "/", "applicationPool": name})
        ElementTree.SubElement(application, "virtualDirectory", {"path": "/", "physicalPath": f"/{texts[number]}"})
        ElementTree.SubElement(_at(shop, "bindings"), "binding", {"protocol": "http", "bindingInformation": f"127.0.0.1:17088:{texts[number]}"})
        path = "/" + name.replace(" ", "")
        inner = ElementTree.SubElement(shop, "application", {"path": path, "applicationPool": name})
        ElementTree.SubElement(inner, "virtualDirectory", {"path": "/", "physicalPath": f"/{texts[number]}"})
        ElementTree.SubElement(_at(shop, "application"), "virtualDirectory", {"path": path + "v", "physicalPath": f"/{texts[number]}"})
    for name in ("logFile", "traceFailedRequestsLogging"):
        _texts(_at(shop, name), sites_schema.entry.elements[name], texts[-1])


@contextlib.contextmanager
def filled(story: World, strings: Mapping[str, str]) -> Iterator[None]:
    """File names of the shop, what an application of the Integrated site prints, requests; some of them are under way until the end."""
    program = story.program
    for text in strings.values():
        with open(bytes(program.config / "sites/shop") + b"/" + MARK.encode() + hostile.file_name(text) + b".txt", "wb"):
            pass
    site = program.config / "sites/integrated"
    (site / "talker.py").write_text(TALKER.replace("{texts!r}", ascii(list(strings.values()))), "utf-8")
    (site / "held.py").write_text(HELD, "utf-8")
    program.edit(site / "web.config", "<handlers>", f"<handlers>{ROWS}")
    story.begins()
    with contextlib.ExitStack() as held:
        held.callback((site / "go.txt").touch)
        _ask(program, strings)
        eventually(lambda: program.get("/talk").status == 200, "the application talks")
        for text in strings.values():
            under_way = held.enter_context(socket.create_connection(("127.0.0.1", program.ports["integrated"]), 10))
            under_way.sendall(b"GET /held?" + hostile.in_url(text).encode() + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        yield


def _ask(program: Program, strings: Mapping[str, str]) -> None:
    """In URLs, queries, headers and hosts."""
    for text in strings.values():
        header = b"".join(bytes([byte]) for byte in text.encode("utf-8", "surrogateescape") if byte >= 32 and byte != 127)
        url = hostile.in_url(text).encode()
        for head in (
            b"GET /files/" + url + b" HTTP/1.1\r\nHost: x\r\n",
            b"GET /hello?" + url + b" HTTP/1.1\r\nHost: x\r\nUser-Agent: " + header + b"\r\nReferer: " + header + b"\r\n",
            b"GET /hello HTTP/1.1\r\nHost: " + header + b"\r\n",
        ):
            assert program.raw(head + b"Connection: close\r\n\r\n").startswith(b"HTTP/1.1 ")
