"""Loads the users' types: from the text of a `type` attribute to a class, a WSGI or an ASGI application.

Knows no pipeline and no plan. Applications of one pool share an interpreter, so every load checks that the application's own
modules are the ones that it gets. Look next at managed/application.py (who asks) and handlers/ (who run what was loaded).
"""

from __future__ import annotations

import contextvars
import importlib
import importlib.machinery
import inspect
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any, Literal

from hwebcore.frozen import frozen
from hwebcore.managed import dotnet_name

Kind = Literal["class", "wsgi", "asgi"]

#: The folder of the application whose code runs: set in the context that every application's code runs in.
CURRENT_ROOT: contextvars.ContextVar[str] = contextvars.ContextVar("poolhouse_application_root", default="")


class LoadFailed(Exception):
    """A type that cannot be had. `report` is the user's own traceback, cut at our frame, where their import failed."""

    def __init__(self, kind: Literal["not_found", "import_failed", "name_taken", "dotnet", "bad_type"], message: str, report: str = "") -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.report = report


@frozen
class Loaded:
    kind: Kind
    value: Any
    type_name: str


@frozen
class TypeName:
    """A `type` taken apart: `kind` is None where no prefix says it."""

    kind: Literal["wsgi", "asgi"] | None
    module: str
    attribute: str


def parse_type(text: str) -> TypeName:
    """`package.module.Name` or `package.module:name`, with `wsgi:` or `asgi:` before it where wanted. Raises LoadFailed."""
    name = text.strip()
    if dotnet_name(name) is not None:
        raise LoadFailed("dotnet", f"{name} is a .NET type: this server runs Python")
    kind: Literal["wsgi", "asgi"] | None = None
    if name.startswith("wsgi:"):
        kind, name = "wsgi", name[5:]
    elif name.startswith("asgi:"):
        kind, name = "asgi", name[5:]
    module, colon, attribute = name.partition(":")
    if not colon:
        module, _, attribute = name.rpartition(".")
    parts = [*module.split("."), *attribute.split(".")]
    if not module or not attribute or not all(part.isidentifier() for part in parts):
        raise LoadFailed("bad_type", f'"{text}" is no type: write package.module.Name or package.module:name')
    return TypeName(kind, module, attribute)


class NameTaken(ImportError):
    """A module of the application's own that would stand in for another application's, or be taken for it."""


class Interpreter:
    """What the applications of one worker share: which application's folder each loaded module came from.

    Also the import system's first finder for top-level names: code of an application finds its own folder's modules first,
    wherever that folder stands on sys.path and however late the import happens. `began` is called before the first users' code runs.
    """

    def __init__(self, began: Callable[[], None] = lambda: None) -> None:
        self._began = began
        #: Whether any users' code was loaded, or tried to: it may run since then.
        self.has_code = False
        self._roots: list[str] = []
        #: Folders of applications whose code has been loaded, in that order: who came first has the names.
        self._running: dict[str, None] = {}
        self._finder = _OwnModulesFirst(self)

    def loader(self, root: str) -> Loader:
        """The loader of the application at folder `root` ("" where it has none)."""
        folder = os.path.realpath(root) if root else ""
        if folder and folder not in self._roots:
            self._roots.append(folder)
            self._roots.sort(key=len, reverse=True)
        if self._finder not in sys.meta_path:
            # Behind the runtime's own finder (boot.py): no application may stand in for hwebcore or what it needs.
            place = next((index + 1 for index, finder in enumerate(sys.meta_path) if type(finder).__name__ == "RuntimeFinder"), 0)
            sys.meta_path.insert(place, self._finder)
        return Loader(folder, self)

    def begin(self) -> None:
        """Users' code is about to be loaded."""
        if not self.has_code:
            self.has_code = True
            self._began()

    def runs(self, root: str) -> None:
        """Code of this folder has been loaded: what it has not imported yet is its own all the same."""
        if root:
            self._running.setdefault(root)

    def check_free(self, root: str, name: str) -> None:
        """Raises NameTaken where an application that came before has a module of this name, imported or not."""
        for other in self._running:
            if other == root:
                return
            if _provides(other, name):
                raise NameTaken(f"module {name} is taken by the application in {other}: give it a pool of its own", name=name)

    def close(self) -> None:
        if self._finder in sys.meta_path:
            sys.meta_path.remove(self._finder)

    def owner_of_file(self, file: str) -> str:
        """The application folder that a file belongs to, "" for installed packages and for the standard library."""
        path = os.path.realpath(file)
        for root in self._roots:
            if path.startswith(root + os.sep):
                inside = path[len(root) :]
                return "" if f"{os.sep}site-packages{os.sep}" in inside or f"{os.sep}dist-packages{os.sep}" in inside else root
        return ""

    def owner(self, module: ModuleType) -> str:
        file = getattr(module, "__file__", None)
        if not file:
            folders = list(getattr(module, "__path__", ()))
            if not folders:
                return ""
            file = os.path.join(folders[0], "__init__.py")
        return self.owner_of_file(file)

    def foreign(self, root: str, names: Sequence[str]) -> tuple[str, str] | None:
        """The first of `names` that another application's folder provides, and that folder."""
        for name in names:
            module = sys.modules.get(name)
            owner = self.owner(module) if module is not None else ""
            if owner and owner != root:
                return name, owner
        return None


class _OwnModulesFirst:  # importlib.abc brings tempfile, shutil and random into every worker
    def __init__(self, interpreter: Interpreter) -> None:
        self._interpreter = interpreter

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> importlib.machinery.ModuleSpec | None:
        if path is not None or fullname == "hwebcore" or fullname in sys.stdlib_module_names:
            return None
        root = CURRENT_ROOT.get() or self._importing_root()
        spec = importlib.machinery.PathFinder.find_spec(fullname, [root]) if root else None
        if spec is not None:
            self._interpreter.check_free(root, fullname)
        return spec

    def _importing_root(self) -> str:
        """The application of the innermost frame that belongs to one: an import inside a function, on a thread of the user's."""
        frame = sys._getframe(2)
        while frame is not None:
            name = frame.f_code.co_filename
            if not name.startswith("<"):
                root = self._interpreter.owner_of_file(name)
                if root:
                    return root
            if frame.f_back is None:
                break
            frame = frame.f_back
        return ""


class Loader:
    """Loads the types of one application, each once; what failed stays failed until the worker is replaced (a change does that)."""

    def __init__(self, root: str, interpreter: Interpreter) -> None:
        self.root = root
        self._interpreter = interpreter
        self._known: dict[str, Loaded | LoadFailed] = {}

    def load(self, type_name: str) -> Loaded:
        """Raises LoadFailed."""
        known = self._known.get(type_name)
        if known is None:
            try:
                known = self._load(type_name)
            except LoadFailed as failure:
                known = failure
            self._known[type_name] = known
        if isinstance(known, LoadFailed):
            raise known.with_traceback(None)
        return known

    def _load(self, type_name: str) -> Loaded:
        name = parse_type(type_name)
        self._refuse_clash()
        self._interpreter.begin()
        before = set(sys.modules)
        module = self._import(name)
        fresh = sorted(each for each in set(sys.modules) - before if "." not in each)
        taken = self._interpreter.foreign(self.root, [name.module.partition(".")[0], *fresh])
        if taken:
            raise LoadFailed(
                "name_taken", f"{type_name}: module {taken[0]} came from another application's folder, {taken[1]}: give it a pool of its own"
            )
        self._interpreter.runs(self.root)
        value: Any = module
        for part in name.attribute.split("."):
            try:
                value = getattr(value, part)
            except AttributeError:
                raise LoadFailed("not_found", f"{type_name}: module {name.module} has no {name.attribute}") from None
        return Loaded(name.kind or _kind_of(value, type_name), value, type_name)

    def _import(self, name: TypeName) -> ModuleType:
        scope = contextvars.copy_context()
        scope.run(CURRENT_ROOT.set, self.root)
        try:
            # The folder may be newer than what the finders remember of it.
            importlib.invalidate_caches()
            return scope.run(importlib.import_module, name.module)
        except ModuleNotFoundError as error:
            missing = error.name or ""
            if name.module == missing or name.module.startswith(missing + "."):
                where = f"in {self.root} or " if self.root else ""
                raise LoadFailed("not_found", f"module {name.module} was not found {where}among the installed packages") from None
            text = f"{name.module} could not be imported: it needs module {missing}, which was not found"
            raise LoadFailed("import_failed", text, cut_traceback(error)) from error
        except NameTaken as error:
            raise LoadFailed("name_taken", f"{name.module}: {error}") from None
        except BaseException as error:  # the user's module runs here: whatever it raises is its failure, not ours, be it sys.exit()
            text = f"{name.module} could not be imported: {type(error).__name__}: {error}"
            raise LoadFailed("import_failed", text, cut_traceback(error)) from error

    def _refuse_clash(self) -> None:
        """A name of this application's folder that another application's module already carries would give it the wrong code."""
        if not self.root:
            return
        for name, module in list(sys.modules.items()):
            if "." in name or module is None:
                continue
            owner = self._interpreter.owner(module)
            if owner and owner != self.root and _provides(self.root, name):
                raise LoadFailed("name_taken", f"module {name} is taken by the application in {owner}: give it a pool of its own")


def _provides(root: str, name: str) -> bool:
    path = os.path.join(root, name)
    return os.path.isfile(path + ".py") or os.path.isfile(os.path.join(path, "__init__.py"))


def _kind_of(value: Any, type_name: str) -> Kind:
    if inspect.isclass(value):
        return "class"
    if not callable(value):
        raise LoadFailed("bad_type", f"{type_name} is a {type(value).__name__}: neither a class nor callable")
    call = value if inspect.isfunction(value) or inspect.ismethod(value) else type(value).__call__
    return "asgi" if inspect.iscoroutinefunction(call) else "wsgi"


_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


def cut_traceback(error: BaseException) -> str:
    """The error's traceback without our frames and the import system's: what is left is the user's own code."""
    step = error.__traceback__
    while step is not None:
        name = step.tb_frame.f_code.co_filename
        if not name.startswith((_OURS, "<frozen importlib", os.path.dirname(importlib.__file__) + os.sep)):
            break
        step = step.tb_next
    return "".join(traceback.format_exception(type(error), error, step)).rstrip()


def place_of(error: BaseException) -> str:
    """ "file:line" of the innermost frame outside ours, "" where all of it is ours."""
    place = ""
    step = error.__traceback__
    while step is not None:
        name = step.tb_frame.f_code.co_filename
        if not name.startswith((_OURS, "<")):
            place = f"{name}:{step.tb_lineno}"
        step = step.tb_next
    return place
