"""Applications of one pool that fight for a module's name: found in what their files say they import, without importing anything.

Knows no configuration beyond the types that an application runs. The loader of a worker (hwebcore/worker/loader.py) meets the same
clash when the second one is imported, and refuses it; compiler.py tells it beforehand.
"""

from __future__ import annotations

import ast
import functools
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from hwebcore.plan import ScopeSettings
from model.source import Source

#: Files of one application that are read; what is beyond is the loader's to find.
_MOST_FILES = 2000
_PREFIXES = ("wsgi:", "asgi:")


@dataclass(frozen=True, slots=True)
class Member:
    """An application: `name` for people, its folder, the Python files below that, what its requests meet."""

    name: str
    root: str
    files: tuple[str, ...]
    settings: tuple[ScopeSettings, ...]
    source: Source | None


def types_of(settings: Iterable[ScopeSettings]) -> tuple[str, ...]:
    """All managed types that requests may meet, each once."""
    found: dict[str, None] = {}
    for scope in settings:
        found.update(dict.fromkeys(entry.type for entry in scope.modules if entry.kind == "managed" and not entry.excluded))
        found.update(dict.fromkeys(row.type for row in scope.handlers if row.type))
        found.update(dict.fromkeys(entry.type for entry in scope.managed.http_modules))
        found.update(dict.fromkeys(row.type for row in scope.managed.http_handlers))
    return tuple(found)


def clashes(members: Sequence[Member]) -> Iterator[tuple[str, Member, Member]]:
    """(module, the first application that has it, another that has it too), each application told once.

    One has to import it. That the other merely has it is enough: once the name is taken, the loader can promise it nothing.
    """
    roots: dict[str, list[Member]] = {}
    for member in members:
        if member.root:
            roots.setdefault(member.root, []).append(member)
    candidates = {root: _candidates(root, own[0].files) for root, own in roots.items()}
    doubled = _doubled(candidates.values())
    imported: dict[str, None] = {}
    for root, own in roots.items():
        if not doubled.isdisjoint(candidates[root]):
            imported.update(dict.fromkeys(_own_names(root, [type_name for member in own for type_name in types_of(member.settings)])))
    owners: dict[str, Member] = {}
    for root, own in roots.items():
        names = [name for name in imported if name in doubled and name in candidates[root]]
        taken = [name for name in names if owners.setdefault(name, own[0]) is not own[0]]
        for member in own if taken else ():
            yield taken[0], owners[taken[0]], member


def _doubled(candidates: Iterable[set[str]]) -> set[str]:
    """Names of modules that stand in two folders or more: only then is anything read."""
    seen: set[str] = set()
    doubled: set[str] = set()
    for names in candidates:
        doubled |= seen & names
        seen |= names
    return doubled


def _candidates(root: str, files: Iterable[str]) -> set[str]:
    """The folder's own top-level modules, imported or not."""
    found = set()
    start = len(root.rstrip("/")) + 1
    for file in files:
        first, slash, rest = file[start:].partition("/")
        if not slash or rest == "__init__.py":
            found.add(first.removesuffix(".py"))
    return found


def _own_names(root: str, types: Iterable[str]) -> list[str]:
    """Top-level modules of the folder that running these types imports, in order."""
    waiting = [module for type_name in types if (module := _module(type_name))]
    seen: set[str] = set()
    names: dict[str, None] = {}
    while waiting and len(seen) < _MOST_FILES:
        module = waiting.pop()
        parts = module.split(".")
        if parts[0] in sys.stdlib_module_names:
            continue
        for end in range(1, len(parts) + 1):
            dotted = ".".join(parts[:end])
            file, is_package = _file(root, parts[:end])
            if file is None or dotted in seen:
                continue
            seen.add(dotted)
            names[parts[0]] = None
            waiting += _imports(file, dotted, is_package)
    return list(names)


def _module(type_name: str) -> str:
    """The module of a type as the loader reads it, "" for .NET's."""
    name = type_name.strip()
    if "," in name or name.partition(".")[0] in ("System", "Microsoft"):
        return ""
    for prefix in _PREFIXES:
        name = name.removeprefix(prefix)
    module, colon, _ = name.partition(":")
    return module if colon else name.rpartition(".")[0]


def _file(root: str, parts: Sequence[str]) -> tuple[str | None, bool]:
    """The file of a module of this folder, and whether it is a package."""
    path = Path(root, *parts)
    package = path / "__init__.py"
    if package.is_file():
        return str(package), True
    plain = path.with_suffix(".py")
    return (str(plain), False) if parts[-1] and plain.is_file() else (None, False)


def _above(module: str, is_package: bool, level: int) -> list[str]:
    """The package that a relative import of `level` dots begins at; nothing for an absolute one."""
    parts = module.split(".")
    return parts[: max(0, len(parts) - level + is_package)] if level else []


def _imports(file: str, module: str, is_package: bool) -> tuple[str, ...]:
    try:
        seen = Path(file).stat()
        return _read_imports(file, module, is_package, seen.st_mtime_ns, seen.st_size)
    except OSError:
        return ()


@functools.lru_cache(maxsize=8192)
def _read_imports(file: str, module: str, is_package: bool, modified: int, size: int) -> tuple[str, ...]:
    """What a file imports, absolutely; a name behind `from x import` may be a module too."""
    try:
        tree = ast.parse(Path(file).read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    found: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = ".".join((*_above(module, is_package, node.level), *((node.module,) if node.module else ())))
            found += [base, *(f"{base}.{alias.name}" for alias in node.names)] if base else []
    return tuple(found)
