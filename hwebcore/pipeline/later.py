"""What a step answers when it waits for something that ends by a call, not by a coroutine: no task is made for such a request.

Knows nothing of what is waited for. threads.py settles these; pipeline.py and wire/protocol.py carry on with them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator
from typing import Any, Generic, TypeVar

T = TypeVar("T")
Step = Callable[[Any], None]


class Later(Generic[T]):
    """Settled once, on the loop. Each `then` may change what the next one meets: `result`, `error`, `rest`. It can be awaited too."""

    __slots__ = ("_settled", "_steps", "error", "rest", "result")

    def __init__(self) -> None:
        self.result: Any = None
        self.error: BaseException | None = None
        #: What is still to be waited for, once this is settled.
        self.rest: Awaitable[Any] | None = None
        self._steps: tuple[Step, ...] = ()
        self._settled = False

    def then(self, step: Step) -> Later[Any]:
        """`step` is called with this once it is settled, after those that were named before; at once where it is."""
        if self._settled:
            step(self)
        else:
            self._steps += (step,)
        return self

    def settle(self) -> None:
        """`result` or `error` is there. What a step raises is the error that the next one meets; the last one's goes to the caller."""
        self._settled = True
        steps, self._steps = self._steps, ()
        raised = None
        for step in steps:
            raised = None
            try:
                step(self)
            except Exception as error:
                self.error, self.rest = error, None
                raised = error
        if raised is not None:
            raise raised

    def __await__(self) -> Generator[Any, None, T]:
        if not self._settled:
            settled = asyncio.get_running_loop().create_future()
            self.then(lambda _: None if settled.done() else settled.set_result(None))  # it may have been cancelled
            yield from settled.__await__()
        if self.rest is not None:
            yield from self.rest.__await__()
        error = self.error
        if isinstance(error, StopIteration):
            raise RuntimeError("StopIteration raised in what was waited for") from error  # no coroutine may raise one
        if error is not None:
            raise error
        return self.result  # type: ignore[no-any-return]  # whatever was settled
