"""appcmd's grammar: VERB OBJECT [IDENTIFIER] /parameter:value …, in any case, plural or singular, "-" for "/".

Knows no configuration. What is not in it is an error that says so; nothing that was typed is silently left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from console.cli.appcmd import OBJECTS
from console.cli.appcmd.failure import INVALID_PARAMETER, NOT_SUPPORTED, AppCmdError

#: Parameters of every verb; all others belong to the object.
OUTPUT = ("text", "config", "xml", "in", "apphostconfig")
VERBS = frozenset(
    "list set start stop recycle add delete search lock unlock clear reset migrate install uninstall restore".split()  # noqa: SIM905 — reads as typed
)


@dataclass(frozen=True)
class Invocation:
    """`parameters` in the order typed; names as typed. `output` names in lower case."""

    verb: str
    object: str
    identifier: str = ""
    parameters: tuple[tuple[str, str], ...] = ()
    output: tuple[tuple[str, str], ...] = ()
    config: str = ""

    def option(self, name: str) -> str | None:
        return next((value for option, value in self.output if option == name), None)


def parse(arguments: Sequence[str]) -> Invocation:
    """Raises AppCmdError."""
    words: list[str] = []
    parameters: list[tuple[str, str]] = []
    output: list[tuple[str, str]] = []
    config = ""
    rest = list(arguments)
    while rest:
        argument = rest.pop(0)
        if argument == "--config":
            if not rest:
                raise AppCmdError(INVALID_PARAMETER, "--config needs a configuration after it.")
            config = rest.pop(0)
        elif argument.startswith("--config="):
            config = argument.partition("=")[2]
        elif argument[:1] in ("/", "-") and len(argument) > 1:
            name, value = _halves(argument[1:])
            (output if name.lower() in OUTPUT else parameters).append((name.lower() if name.lower() in OUTPUT else name, value))
        else:
            words.append(argument)
    return _invocation(words, parameters, output, config)


def _halves(text: str) -> tuple[str, str]:
    """Name and value: the first colon outside brackets and quotes stands between them."""
    depth, quote = 0, ""
    for number, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"" and depth:
            quote = character
        elif character in "[]":
            depth += 1 if character == "[" else -1
        elif character == ":" and depth <= 0:
            return text[:number], text[number + 1 :]
    return text, ""


def _invocation(words: list[str], parameters: list[tuple[str, str]], output: list[tuple[str, str]], config: str) -> Invocation:
    if len(words) < 2:
        raise AppCmdError(INVALID_PARAMETER, "The command must have a verb and an object, as in: appcmd list apppools")
    verb, kind = words[0].lower(), _object(words[1])
    if verb not in VERBS:
        raise AppCmdError(INVALID_PARAMETER, f'"{words[0]}" is no command of appcmd.')
    if kind not in OBJECTS or verb not in OBJECTS[kind][1]:
        raise AppCmdError(NOT_SUPPORTED, f'The command "{words[0]} {words[1]}" is not supported by this appcmd; appcmd /? lists those that are.')
    if len(words) > 3:
        raise AppCmdError(INVALID_PARAMETER, f'"{words[3]}" is one identifier too many; a name with spaces needs quotes.')
    identifier = words[2] if len(words) > 2 else ""
    named = next((entry for entry in parameters if entry[0].lower() == f"{kind}.name"), None)
    if named is not None and not identifier:
        parameters.remove(named)
        identifier = named[1]
    apphost = next((value for name, value in output if name == "apphostconfig"), "")
    return Invocation(verb, kind, identifier, tuple(parameters), tuple(output), config or apphost)


def _object(word: str) -> str:
    lowered = word.lower()
    return lowered[:-1] if lowered.endswith("s") and lowered[:-1] in OBJECTS else lowered
