"""Reads a runtime case: settings, files, and requests with what each must answer. Format: cases/README.md.

Knows no pipeline. Look next at test_runtime.py, which runs what is read here over a real connection.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

KNOWN = ("status", "reason", "source", "user", "set by", "header", "no header", "body", "body has", "body has not", "ran", "not ran", "log")


@dataclass
class Asked:
    """One request: its line as it goes over the wire, its headers, and the expectations below its arrow."""

    method: str
    target: str
    headers: list[tuple[str, str]] = field(default_factory=list)
    expected: list[tuple[str, str]] = field(default_factory=list)
    line: int = 0


@dataclass
class Case:
    path: Path
    source: str
    settings: dict[str, Any]
    mode: str
    client: str
    files: list[tuple[str, str]]
    requests: list[Asked]
    #: name:password of the one account there is.
    account: str = ""


def read(path: Path) -> Case:
    """Raises ValueError naming file and line."""
    sections: dict[str, list[tuple[int, str]]] = {"": []}
    current = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("[") and line.endswith("]"):
            current = line[1:-1]
            sections[current] = []
        else:
            sections[current].append((number, line))
    source = "\n".join(line.removeprefix("#").strip() for _, line in sections[""] if line.strip())
    if not source:
        raise ValueError(f"{path}: a case begins with the source of its rule")
    pool = dict(line.split(": ", 1) for _, line in sections.get("pool", []) if line.strip())
    settings = "\n".join(line for _, line in sections.get("settings", []))
    files = [_file(line) for _, line in sections.get("files", []) if line.strip()]
    requests = _requests(path, sections.get("requests", []))
    return Case(
        path,
        source,
        json.loads(settings or "{}"),
        pool.get("mode", "Integrated"),
        pool.get("client", "127.0.0.1"),
        files,
        requests,
        pool.get("account", ""),
    )


def _file(line: str) -> tuple[str, str]:
    name, _, text = line.partition(": ")
    return name.strip(), text


def _requests(path: Path, lines: list[tuple[int, str]]) -> list[Asked]:
    requests: list[Asked] = []
    answering = False
    for number, line in lines:
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if text.startswith("-> "):
            requests[-1].expected.append(("status", text[3:].strip()))
            answering = True
        elif not line.startswith(" "):
            method, _, target = text.partition(" ")
            requests.append(Asked(method, target, line=number))
            answering = False
        elif answering:
            requests[-1].expected.append(_expectation(path, number, text))
        else:
            name, _, value = text.partition(":")
            requests[-1].headers.append((name.strip(), value.strip()))
    unanswered = next((asked for asked in requests if not asked.expected), None)
    if unanswered is not None:
        raise ValueError(f"{path}:{unanswered.line}: no expected answer")
    return requests


def _expectation(path: Path, number: int, text: str) -> tuple[str, str]:
    for kind in sorted(KNOWN, key=len, reverse=True):
        if text.startswith(kind + " ") or text.startswith(kind + ":") or text == kind:
            return kind, text[len(kind) :].lstrip(":").strip()
    raise ValueError(f"{path}:{number}: {text!r} says nothing that can be checked; known are: {', '.join(KNOWN)}")
