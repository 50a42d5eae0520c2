"""A compilation that takes over what is the same gives what a compilation of the whole gives, after any edit; and redoes no more than it must."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from hwebcore.plan import Generation
from model import scopes
from model.compiler import Compiled, compile_next, compile_server
from model.content_walk import walk
from model.document import Document, Splice
from model.drive_map import DriveMap
from model.hierarchy import Hierarchy
from tests.support.meaning import read, server, web, write

_POOL = '<add name="P{n}" managedRuntimeVersion="v4.0" managedPipelineMode="{mode}" />\n'
_SITE = """<site name="S{n}" id="{n}">
<application path="/" applicationPool="P{n}"><virtualDirectory path="/" physicalPath="s{n}" /></application>
<application path="/app" applicationPool="P{m}"><virtualDirectory path="/" physicalPath="s{n}/app" /></application>
<bindings><binding protocol="http" bindingInformation="*:8{n}:" /></bindings></site>
"""
_NUMBERS = range(1, 5)


def config() -> str:
    pools = "".join(_POOL.format(n=n, mode="Classic" if n % 2 else "Integrated") for n in _NUMBERS)
    sites = "".join(_SITE.format(n=n, m=n % 4 + 1) for n in _NUMBERS)
    beside = (
        f"<system.applicationHost>\n<applicationPools>\n{pools}</applicationPools>\n<sites>\n{sites}<siteDefaults>\n"
        '<logFile period="Daily" />\n</siteDefaults>\n</sites>\n<webLimits />\n</system.applicationHost>\n'
    )
    inner = (
        '<system.webServer>\n<directoryBrowse enabled="false" />\n<defaultDocument><files>\n<add value="a.html" />\n</files></defaultDocument>\n'
        '</system.webServer>\n<location path="S2/app/x">\n<system.webServer><directoryBrowse enabled="true" /></system.webServer></location>\n'
        '<location path="S3" overrideMode="Allow"><system.webServer><httpErrors errorMode="Custom" /></system.webServer></location>\n'
    )
    return server(inner, beside)


FILES = {
    "s1/web.config": web('<system.webServer><directoryBrowse enabled="true" /></system.webServer>'),
    "s2/app/web.config": web("<system.webServer><defaultDocument>\n<files><add value='b.html' /></files></defaultDocument></system.webServer>"),
    "s3/in/web.config": web("<connectionStrings /><system.webServer><nothing /></system.webServer>"),
    "s4/app.py": "x = 1\n",
    "s4/app/index.html": "",
    "s3/app/.hidden/x": "",
}

#: What somebody writes, by a piece of the file that it comes before, or that it replaces.
_EDITS = [
    ("<site name=", "<!-- one -->\n"), ("<application path=", "\n\n"), ("<add name=", '<add name="New{k}" />\n'), ("<site name=", _SITE),
    ('"Classic"', '"Integrated"'), ('"Integrated"', '"Classic"'), ('applicationPool="P', 'applicationPool="Q'), ('"*:8', '"*:9'),
    ('enabled="false"', 'enabled="true"'), ('enabled="true"', 'enabled="maybe"'), ('path="/app"', 'path="/other"'), ('path="S3"', 'path="S3/app"'),
    ('"a.html"', '"c.html"'), ("<webLimits ", '<webLimits connectionTimeout="00:01:00" '), ("<siteDefaults>", "<siteDefaults>\n<limits maxUrlSegments='9' />"),
    ("<location path=", '<location path="S1"><system.webServer><httpErrors /></system.webServer></location>\n'), ('period="Daily"', 'period="Weekly"'),
    ("<site name=", "<site name='S1' id='77' />"), ('overrideMode="Allow"', 'overrideMode="Deny"'), ('physicalPath="s', 'physicalPath="%NO%s'),
]  # fmt: skip
_BEFORE = {"<site name=", "<application path=", "<add name=", "<location path="}


class Configuration:
    """Files in a folder, compiled again and again: each time from what is known, and each time as a whole."""

    def __init__(self, folder: Path, *, blind: bool = False) -> None:
        """`blind`: nobody says which files changed."""
        self.folder = folder
        self.blind = blind
        write(folder, {"applicationHost.config": config(), **FILES})
        self.documents: dict[Path, Document] = {}
        self.server = self.read(folder / "applicationHost.config")
        self.hierarchy: Hierarchy | None = None
        self.compiled: Compiled | None = None
        self.changed: set[str] = set()

    def read(self, path: Path) -> Document:
        """The same object as long as the bytes are the same."""
        document = Document.read(path)
        known = self.documents.get(path)
        if known is None or known.digest != document.digest:
            self.documents[path] = document if known is None else known.updated(document.to_bytes()).settle()
        return self.documents[path]

    def maybe(self, path: Path) -> Document | None:
        try:
            return self.read(path)
        except FileNotFoundError:
            return None

    def write(self, name: str, text: str) -> None:
        write(self.folder, {name: text})
        path = self.folder / name
        self.changed |= {str(path), *map(str, path.parents)}

    def again(self) -> Generation:
        self.hierarchy = Hierarchy(self.server, self.maybe, DriveMap(self.folder, {}, {}), self.hierarchy)
        known = None if self.blind else self.changed
        made = compile_next(self.hierarchy, self.compiled, known, ports={83: 8383})
        if made.generation.pools is not None:
            self.compiled, self.changed = made, set()
        return made.generation

    def whole(self) -> Generation:
        server = Document.parse(self.server.path, self.server.to_bytes())
        return compile_server(Hierarchy(server, read, DriveMap(self.folder, {}, {})), ports={83: 8383})

    def check(self) -> Generation:
        made, whole = self.again(), self.whole()
        assert made.problems == whole.problems
        assert (made.pools, made.routes, made.digests) == (whole.pools, whole.routes, whole.digests)
        assert [pool.digest for pool in made.pools or ()] == [pool.digest for pool in whole.pools or ()]
        return made


@pytest.mark.parametrize("seed", range(4))
def test_random_edits(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    configuration = Configuration(tmp_path, blind=seed % 2 == 1)
    configuration.check()
    for number in range(10):
        before = configuration.server
        if chance.random() < 0.25:
            name = chance.choice([*FILES, "s1/new/web.config", "s2/code.py"])
            configuration.write(name, chance.choice([*FILES.values(), "<configuration>\n<broken", web("<appSettings />")]))
        else:
            piece, text = chance.choice(_EDITS)
            places = [at for at in range(len(before.text)) if before.text.startswith(piece, at)]
            if places:
                at = chance.choice(places)
                end = at if piece in _BEFORE else at + len(piece)
                configuration.server = before.apply([Splice(at, end, text.format(n=number + 10, m=1, k=number))]).settle()
        configuration.check()
        if chance.random() < 0.3:  # and back
            configuration.server = configuration.server.updated(before.to_bytes()).settle()
            configuration.check()


def test_what_an_edit_does_not_touch_stays_the_same_object(tmp_path: Path) -> None:
    configuration = Configuration(tmp_path)
    first = configuration.check()
    text = configuration.server.text
    at = text.index('name="P2"') + len('name="P2"')
    configuration.server = configuration.server.apply([Splice(at, at, ' queueLength="77"\n\n')]).settle()
    second = configuration.check()
    assert first.pools is not None
    assert second.pools is not None
    assert [new is old for new, old in zip(second.pools, first.pools, strict=True)] == [True, False, True, True]
    assert all(new is old for new, old in zip(second.routes.sites, first.routes.sites, strict=True))
    assert second.pools[3].source is not None
    assert second.pools[3].source.line == configuration.server.line_at(configuration.server.text.index('name="P4"'))


def test_only_what_changed_is_compiled_and_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configuration = Configuration(tmp_path)
    configuration.check()
    decided: list[str] = []
    walked: list[Path] = []
    known: Callable[..., scopes.Decided] = scopes.Scopes.decide

    def watched(self: scopes.Scopes, *paths: object) -> scopes.Decided:
        decided.append(str(paths[1]).rpartition("APPHOST/")[2])
        return known(self, *paths)

    monkeypatch.setattr(scopes.Scopes, "decide", watched)
    monkeypatch.setattr("model.compiler.walk", lambda folder: (walked.append(folder), walk(folder))[1])  # type: ignore[func-returns-value]  # what it says is not asked
    configuration.write("s3/web.config", web("<system.webServer><directoryBrowse enabled='true' /></system.webServer>"))
    configuration.again()
    assert sorted(set(decided)) == ["S3", "S3/app", "S3/in"]
    assert {path.name for path in walked} == {"s3"}  # nothing changed below s3/app
    decided.clear()
    configuration.server = configuration.server.apply([Splice(0, 0, "<!-- moved -->\n\n")]).settle()
    configuration.again()
    assert decided == []
