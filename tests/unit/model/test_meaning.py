"""What documents say together: problems when they are asked for, once, and from what was known before."""

from __future__ import annotations

import threading
from pathlib import Path

from hwebcore.plan import Generation, RouteTable
from model.compiler import Compiled
from model.config_path import ConfigPath
from model.document import Document, Splice
from model.meaning import Meaning, folders_of, interpreter
from model.source import Problem
from tests.support.meaning import hierarchy, read, server


def test_problems_are_looked_for_once_whoever_asks(tmp_path: Path) -> None:
    runs: list[str] = []
    problem = Problem("warning", "c", "m", None)

    def compile_it() -> Compiled:
        runs.append(threading.current_thread().name)
        return Compiled(Generation((), RouteTable(), (problem,)))

    meaning = Meaning(hierarchy(tmp_path, server()), compile_it)
    assert not meaning.is_judged
    assert meaning.basis == (None, None)
    threads = [threading.Thread(target=lambda: meaning.problems) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert meaning.problems == (problem,)
    assert len(runs) == 1
    assert meaning.is_judged


def test_what_an_unusable_state_was_is_not_taken_over(tmp_path: Path) -> None:
    meaning = Meaning(hierarchy(tmp_path, server()), lambda: Compiled(Generation(None, RouteTable())))
    assert meaning.problems == ()
    assert meaning.basis == (None, None)


def test_the_next_meaning_takes_over_what_is_the_same(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    (tmp_path / "applicationHost.config").write_text(server())
    first = Document.read(tmp_path / "applicationHost.config")
    interpret = interpreter({})
    before = interpret(first, read)
    assert before.problems == before.compiled.generation.problems
    second = first.apply([Splice(first.text.index("8080"), first.text.index("8080") + 4, "8181")])
    after = interpret(second, read, before, folders_of(tmp_path / "applicationHost.config"))
    assert after.hierarchy.pools()[0] is before.hierarchy.pools()[0]
    assert after.hierarchy.site("S") is not before.hierarchy.site("S")
    assert after.compiled.generation.routes.sites[0].bindings[0].port == 8181
    assert after.hierarchy.chain(ConfigPath("S")).levels[-1].name.endswith("S")
