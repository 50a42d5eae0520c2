"""Modules that two applications of a pool would both import: found in their files, nothing is imported."""

from __future__ import annotations

from pathlib import Path

import pytest

from hwebcore.plan import HandlerMapping, ManagedHandlerMapping, ManagedModuleEntry, ManagedSettings, ModuleEntry, ScopeSettings
from model.name_clash import Member, clashes, types_of


def members(folder: Path, *applications: dict[str, str], types: str = "wsgi:start:app") -> list[Member]:
    """An application for each dict of files; what is imported would raise."""
    made = []
    for number, files in enumerate(applications):
        root = folder / f"app{number}"
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text + "\nraise SystemExit('this was imported')\n")
        made.append(member(f"Site/{number}", str(root), types.replace("start", f"start{number}")))
    return made


def member(name: str, root: str, *types: str) -> Member:
    rows = tuple(HandlerMapping(one, "*", (), ("ManagedPipelineHandler",), one) for one in types)
    return Member(name, root, tuple(map(str, sorted(Path(root).rglob("*.py")))), (ScopeSettings(handlers=rows),), None)


def found(given: list[Member]) -> list[tuple[str, str, str]]:
    return [(name, first.name, second.name) for name, first, second in clashes(given)]


@pytest.mark.parametrize(
    "text",
    ["import settings", "from settings import X", "def f():\n    import settings.more", "from . import x\nimport os, settings as s"],
)
def test_both_import_one_of_their_own(tmp_path: Path, text: str) -> None:
    given = members(tmp_path, {"start0.py": text, "settings.py": ""}, {"start1.py": text, "settings/__init__.py": "", "settings/more.py": ""})
    assert found(given) == [("settings", "Site/0", "Site/1")]


def test_the_types_own_module(tmp_path: Path) -> None:
    given = members(tmp_path, {"same/__init__.py": "", "same/pages.py": ""}, {"same/__init__.py": "", "same/pages.py": ""}, types="same.pages.Page")
    assert found(given) == [("same", "Site/0", "Site/1")]


def test_types_of_everything_that_a_request_meets() -> None:
    managed = ManagedSettings(
        http_modules=(ManagedModuleEntry("m", "a.Module"),),
        http_handlers=(ManagedHandlerMapping("*", (), "b.Handler"), ManagedHandlerMapping("x", (), "a.Module")),
    )
    settings = ScopeSettings(
        modules=(ModuleEntry("n", "native", "n.dll"), ModuleEntry("u", "managed", "c.User"), ModuleEntry("o", "managed", "d.Out", excluded="mode")),
        managed=managed,
    )
    assert types_of([settings, settings]) == ("c.User", "a.Module", "b.Handler")


def test_through_others_and_relatively(tmp_path: Path) -> None:
    first = {"start0.py": "import pkg0.a", "pkg0/__init__.py": "", "pkg0/a.py": "from .b import x", "pkg0/b.py": "import shared"}
    second = {"start1.py": "from pkg1 import c", "pkg1/__init__.py": "from . import c", "pkg1/c.py": "from shared import y"}
    given = members(tmp_path, {**first, "shared.py": ""}, {**second, "shared.py": ""})
    assert found(given) == [("shared", "Site/0", "Site/1")]


def test_one_that_merely_has_it(tmp_path: Path) -> None:
    given = members(tmp_path, {"start0.py": "", "shared.py": ""}, {"start1.py": "import shared", "shared.py": ""})
    assert found(given) == [("shared", "Site/0", "Site/1")]


def test_what_nobody_imports_or_only_one_has_is_no_clash(tmp_path: Path) -> None:
    files = {"conftest.py": "", "manage.py": "", "tests/__init__.py": ""}
    given = members(
        tmp_path, {"start0.py": "import shared", "shared.py": "", **files}, {"start1.py": "import shared, json, types", "types.py": "", **files}
    )
    assert found(given) == []


def test_files_that_are_no_python_are_passed_over(tmp_path: Path) -> None:
    given = members(tmp_path, {"start0.py": "import (", "shared.py": ""}, {"start1.py": "", "shared.py": ""})
    assert found(given) == []


def test_one_folder_twice_is_one_application(tmp_path: Path) -> None:
    one, other = members(tmp_path, {"start0.py": "import shared", "shared.py": ""}, {"start1.py": "import shared", "shared.py": ""})
    again = member("Site/again", one.root, "asgi:start0:other", "System.Web.UI.Page", "A.B, Assembly")
    assert found([one, again, other]) == [("shared", "Site/0", "Site/1")]
