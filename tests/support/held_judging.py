"""A configuration whose judging waits at a gate, as it does where content is large or its disk slow. The compiler behind it is the real one.

Knows no screen. While the gate is shut, what asks for problems waits on its thread.
"""

from __future__ import annotations

import threading
from collections.abc import Set
from pathlib import Path

from model.document import Document
from model.meaning import Meaning, Read, interpreter
from model.workspace import Workspace


class HeldJudging:
    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        #: Judgings that came to the gate.
        self.begun = 0
        self._interpret = interpreter({})

    def __call__(self, server: Document, read: Read, before: Meaning | None = None, changed: Set[str] | None = None) -> Meaning:
        made = self._interpret(server, read, before, changed)
        compile_it = made._compile
        assert compile_it is not None

        def wait_and_compile() -> object:
            self.begun += 1
            assert self.gate.wait(60), "nobody opened the gate"
            return compile_it()

        made._compile = wait_and_compile  # type: ignore[assignment]  # what it gives is compile_it's
        return made

    def open(self, config: Path) -> Workspace:
        return Workspace.open(config, interpret=self)
