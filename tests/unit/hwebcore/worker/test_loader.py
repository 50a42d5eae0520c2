"""Types from text, what is told apart when they cannot be had, and the walls between applications of one interpreter."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hwebcore.worker.loader import Interpreter, Loader, LoadFailed, TypeName, parse_type

Make = Callable[[str, dict[str, str]], Loader]


@pytest.fixture
def interpreter() -> Iterator[Interpreter]:
    before = set(sys.modules)
    made = Interpreter()
    yield made
    for name in set(sys.modules) - before:
        if made.owner(sys.modules[name]):
            del sys.modules[name]
    made.close()


@pytest.fixture
def make(tmp_path: Path, interpreter: Interpreter) -> Make:
    def build(folder: str, files: dict[str, str]) -> Loader:
        for name, text in files.items():
            (tmp_path / folder / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / folder / name).write_text(text)
        return interpreter.loader(str(tmp_path / folder))

    return build


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("package.module.Name", TypeName(None, "package.module", "Name")),
        ("package.module:name", TypeName(None, "package.module", "name")),
        ("wsgi:app:make.it", TypeName("wsgi", "app", "make.it")),
        ("asgi:app.application", TypeName("asgi", "app", "application")),
    ],
)
def test_grammar(text: str, expected: TypeName) -> None:
    assert parse_type(text) == expected


@pytest.mark.parametrize("text", ["System.Web.UI.PageHandlerFactory", "Elmah.ErrorLogModule, Elmah", "Microsoft.X.Y"])
def test_dotnet_types_are_named(text: str) -> None:
    with pytest.raises(LoadFailed, match=r"is a \.NET type") as caught:
        parse_type(text)
    assert caught.value.kind == "dotnet"


@pytest.mark.parametrize("text", ["Name", "", "a b.c", "wsgi:", ":x", "a..b"])
def test_what_is_no_type(text: str) -> None:
    with pytest.raises(LoadFailed) as caught:
        parse_type(text)
    assert caught.value.kind == "bad_type"


def test_kinds_are_told_apart(make: Make) -> None:
    functions = "def w(environ, start_response): ...\nasync def g(scope, receive, send): ...\n"
    classes = "class C: ...\nclass G:\n    async def __call__(self, scope, receive, send): ...\ng2 = G()\n"
    loader = make("a", {"kinds.py": functions + classes})
    assert [loader.load(f"kinds:{name}").kind for name in ("C", "w", "g", "g2")] == ["class", "wsgi", "asgi", "asgi"]
    assert loader.load("wsgi:kinds:g2").kind == "wsgi"


def test_a_module_that_is_missing(make: Make) -> None:
    with pytest.raises(LoadFailed, match="module nowhere was not found") as caught:
        make("a", {"x.py": ""}).load("nowhere.Name")
    assert (caught.value.kind, caught.value.report) == ("not_found", "")


def test_a_name_that_is_missing(make: Make) -> None:
    with pytest.raises(LoadFailed, match="module present has no Name") as caught:
        make("a", {"present.py": ""}).load("present.Name")
    assert caught.value.kind == "not_found"


def test_a_module_that_needs_a_missing_one(make: Make) -> None:
    with pytest.raises(LoadFailed, match="it needs module nowhere_at_all") as caught:
        make("a", {"needy.py": "import nowhere_at_all\n"}).load("needy.Name")
    assert caught.value.kind == "import_failed"
    assert 'needy.py", line 1' in caught.value.report
    assert "loader.py" not in caught.value.report
    assert "importlib" not in caught.value.report


def test_a_module_that_fails(make: Make) -> None:
    with pytest.raises(LoadFailed, match="ZeroDivisionError") as caught:
        make("a", {"broken.py": "1 / 0\n"}).load("broken.Name")
    assert caught.value.kind == "import_failed"


def test_a_failure_stays_one(make: Make) -> None:
    loader = make("a", {"counted.py": "import builtins\nbuiltins.poolhouse_count = getattr(builtins, 'poolhouse_count', 0) + 1\n1 / 0\n"})
    import builtins

    for _ in range(3):
        with pytest.raises(LoadFailed):
            loader.load("counted.Name")
    assert builtins.__dict__.pop("poolhouse_count") == 1


def test_a_name_taken_by_another_application(make: Make) -> None:
    first = make("first", {"shared_name.py": "class C: pass\n"})
    second = make("second", {"shared_name.py": "class C: pass\n", "other_name.py": "import shared_name\nclass D: pass\n"})
    first.load("shared_name.C")
    for wanted in ("shared_name.C", "other_name.D"):
        with pytest.raises(LoadFailed, match="give it a pool of its own") as caught:
            second.load(wanted)
        assert caught.value.kind == "name_taken"


def test_another_applications_module_is_not_found_by_chance(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    first = make("first", {"only_in_first.py": "class C: pass\n"})
    second = make("second", {"wants_it.py": "import only_in_first\nclass D: pass\n"})
    monkeypatch.syspath_prepend(first.root)
    with pytest.raises(LoadFailed, match="came from another application"):
        second.load("wants_it.D")


def test_own_modules_win_over_the_path_even_when_imported_late(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    other = make("other", {"late_name.py": "whose = 'other'\n"})
    own = make("own", {"late_name.py": "whose = 'own'\n", "entry.py": "def ask():\n    import late_name\n    return late_name.whose\n"})
    monkeypatch.syspath_prepend(other.root)
    assert own.load("entry:ask").value() == "own"


def test_who_came_first_has_its_names_also_those_that_it_imports_late(make: Make) -> None:
    first = make("first", {"late_one.py": "whose = 'first'\n", "first_entry.py": "def ask():\n    import late_one\n    return late_one.whose\n"})
    second = make(
        "second",
        {"late_one.py": "whose = 'second'\n", "at_once.py": "import late_one\nclass D: pass\n", "lazy.py": "def ask():\n    import late_one\n"},
    )
    ask = first.load("first_entry:ask").value
    with pytest.raises(LoadFailed, match="give it a pool of its own") as caught:
        second.load("at_once.D")
    assert caught.value.kind == "name_taken"
    with pytest.raises(ImportError, match="give it a pool of its own"):
        second.load("lazy:ask").value()
    assert ask() == "first"


def test_packages_inside_the_folder_belong_to_nobody(make: Make, interpreter: Interpreter, tmp_path: Path) -> None:
    make("a", {".venv/lib/python3.11/site-packages/lib_x.py": "", "own_x.py": ""})
    assert interpreter.owner_of_file(str(tmp_path / "a/.venv/lib/python3.11/site-packages/lib_x.py")) == ""
    assert interpreter.owner_of_file(str(tmp_path / "a/own_x.py")) == str((tmp_path / "a").resolve())


def test_who_watches_users_code_is_told_before_the_first_of_it_runs(tmp_path: Path) -> None:
    told: list[bool] = []
    interpreter = Interpreter(lambda: told.append("first_one" in sys.modules))
    assert not interpreter.has_code
    (tmp_path / "first_one.py").write_text("raise SystemExit\n")
    try:
        for name in ("System.Web.UI.PageHandlerFactory", "first_one:page", "first_one:page_2"):
            with pytest.raises(LoadFailed):
                interpreter.loader(str(tmp_path)).load(name)
            assert interpreter.has_code is (name[0] == "f")  # what failed may have left a thread, or a task
        assert told == [False]
    finally:
        interpreter.close()
