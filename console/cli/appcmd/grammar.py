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
VERBS = ("list", "set", "start", "stop", "recycle", "add", "delete", "search", "lock", "unlock", "clear", "reset", "migrate", "install", "uninstall")


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
            name, _, value = argument[1:].partition(":")
            (output if name.lower() in OUTPUT else parameters).append((name.lower() if name.lower() in OUTPUT else name, value))
        else:
            words.append(argument)
    return _invocation(words, parameters, output, config)


def _invocation(words: list[str], parameters: list[tuple[str, str]], output: list[tuple[str, str]], config: str) -> Invocation:
    if len(words) < 2:
        raise AppCmdError(INVALID_PARAMETER, "The command must have a verb and an object, as in: appcmd list apppools")
    verb, kind = words[0].lower(), _object(words[1])
    if verb not in VERBS:
        raise AppCmdError(INVALID_PARAMETER, f'"{words[0]}" is no command of appcmd.')
    if kind not in OBJECTS or verb not in OBJECTS[kind][1]:
        supported = "; ".join(f"{name}: {', '.join(verbs)}" for name, (_, verbs) in OBJECTS.items())
        raise AppCmdError(NOT_SUPPORTED, f'The command "{words[0]} {words[1]}" is not supported by this appcmd. Supported: {supported}.')
    if len(words) > 3:
        raise AppCmdError(INVALID_PARAMETER, f'"{words[3]}" is one identifier too many; a name with spaces needs quotes.')
    apphost = next((value for name, value in output if name == "apphostconfig"), "")
    return Invocation(verb, kind, words[2] if len(words) > 2 else "", tuple(parameters), tuple(output), config or apphost)


def _object(word: str) -> str:
    lowered = word.lower()
    return lowered[:-1] if lowered.endswith("s") and lowered[:-1] in OBJECTS else lowered
