"""Reads a raw-byte case: what goes over a connection to the byte, and what must come back. Format: cases/README.md.

Knows no socket. Look next at test_wire.py, which plays what is read here against a worker and against the front.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

#: What an answer may be checked for, below its status.
KNOWN = ("no header", "header", "body has not", "body has", "body", "reason")
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|([rnt0\\{]))")
_REPEAT = re.compile(r"(?<!\\)\{(.+?)\*([0-9]+)\}")
_LETTERS = {"r": "\r", "n": "\n", "t": "\t", "0": "\0", "\\": "\\", "{": "{"}
_STATUS = re.compile(r"(nothing|[1-5][0-9]{2})( no body)?(?: (kept|closed))?")


@dataclass
class Answer:
    """`status` 0: no byte comes back. `after`: "kept" (another request is answered), "closed", or "" where the script goes on."""

    status: int
    bodiless: bool
    after: str
    line: int
    expected: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Step:
    """Bytes to send (`end`: and then the client's side is closed), and the answers to them."""

    data: bytes = b""
    end: bool = False
    answers: list[Answer] = field(default_factory=list)


@dataclass
class Script:
    """One connection. `only`: "worker" or "front" where it concerns one of them alone."""

    title: str
    line: int
    only: str = ""
    steps: list[Step] = field(default_factory=list)


def read(path: Path) -> list[Script]:
    """Raises ValueError naming file and line."""
    scripts: list[Script] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        where = f"{path.name}:{number}"
        if line.startswith("["):
            title, _, only = line[1:].rpartition("]")
            scripts.append(Script(title, number, only.strip(" ()")))
        elif not line.strip() or line.startswith("#"):
            continue
        elif not scripts:
            raise ValueError(f"{where}: a script begins with its title in brackets")
        elif line.startswith(">"):
            _sent(scripts[-1], line[1:], where)
        elif line.startswith("<"):
            _answered(scripts[-1], line[1:].strip(), number, where)
        else:
            raise ValueError(f"{where}: a line is sent (>), answered (<) or a comment (#)")
    for script in scripts:
        if not script.steps or not script.steps[-1].answers or not script.steps[-1].answers[-1].after:
            raise ValueError(f"{path.name}:{script.line}: the last answer says whether the connection is kept or closed")
    return scripts


def _sent(script: Script, text: str, where: str) -> None:
    if not script.steps or script.steps[-1].answers or script.steps[-1].end:
        script.steps.append(Step())
    step = script.steps[-1]
    if text == "eof":
        step.end = True
    elif text.startswith("| "):
        step.data += unescaped(text[2:])
    elif not text or text.startswith(" "):
        step.data += unescaped(text[1:]) + b"\r\n"
    else:
        raise ValueError(f"{where}: '> ' sends a line, '>| ' sends bytes without its end, '>eof' closes the client's side")


def _answered(script: Script, text: str, number: int, where: str) -> None:
    if not script.steps:
        raise ValueError(f"{where}: nothing was sent")
    answers = script.steps[-1].answers
    status = _STATUS.fullmatch(text)
    if status is not None:
        code = 0 if status[1] == "nothing" else int(status[1])
        answers.append(Answer(code, bool(status[2]) or code < 200, status[3] or "", number))
        return
    kind = next((kind for kind in KNOWN if text.startswith(kind + " ") or text == kind), None)
    if kind is None or not answers:
        raise ValueError(f"{where}: {text!r} is no answer; after a status, what can be checked is: {', '.join(KNOWN)}")
    answers[-1].expected.append((kind, text[len(kind) + 1 :]))


def unescaped(text: str) -> bytes:
    r"""`\r \n \t \0 \xNN \\` and `{ab*1000}`."""

    def letter(match: re.Match[str]) -> str:
        return chr(int(match[1], 16)) if match[1] else _LETTERS[match[2]]

    repeated = _REPEAT.sub(lambda match: match[1] * int(match[2]), text)
    return _ESCAPE.sub(letter, repeated).encode("latin-1")
