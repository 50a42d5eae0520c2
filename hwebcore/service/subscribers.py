"""Who is told of the service's state: each gets it whole, then what changed. Who does not read is told when they do, whole again.

Knows channels and no state's meaning; control.py says when, hwebcore/state_change.py what a change is, client.py takes it in.
"""

from __future__ import annotations

from collections.abc import Callable

from hwebcore.channel import Channel, Message
from hwebcore.state_change import difference
from hwebcore.tasks import Tasks

#: The revision of those who have to be told everything.
_NOTHING = 0


class Subscribers:
    """`late` is called when one who did not read has read all: there may be something to tell."""

    def __init__(self, tasks: Tasks, late: Callable[[], None]) -> None:
        self._tasks = tasks
        self._late = late
        self._revision = _NOTHING
        self._state: Message = {}
        #: The revision that each has. Those who do not understand changes have none.
        self._has: dict[Channel, int] = {}
        self._takes_changes: set[Channel] = set()
        self._waited_for: set[Channel] = set()

    def __len__(self) -> int:
        return len(self._has)

    def add(self, channel: Channel, takes_changes: bool) -> None:
        """Told everything with the next `tell`; also one who is here already and lost the thread."""
        self._has[channel] = _NOTHING
        if takes_changes:
            self._takes_changes.add(channel)

    def drop(self, channel: Channel) -> None:
        self._has.pop(channel, None)
        self._takes_changes.discard(channel)

    def tell(self, state: Message) -> None:
        """A state that nothing is changed in any more. Where it is what they have, nothing is sent."""
        change = difference(self._state, state)
        before = self._revision
        if change is not None:
            self._revision, self._state = before + 1, state
        whole = {"type": "snapshot", "revision": self._revision, "snapshot": state}
        changed = {"type": "changes", "of": before, "revision": self._revision, "changes": change}
        for channel, has in list(self._has.items()):
            if has == self._revision:
                continue
            if channel.unsent:
                self._wait_for(channel)
            elif channel.send_long(changed if has == before and channel in self._takes_changes and before != _NOTHING else whole):
                self._has[channel] = self._revision

    def _wait_for(self, channel: Channel) -> None:
        """What they have not read they get no more of: a console that was stopped would be sent each second of it."""
        self._has[channel] = _NOTHING
        if channel not in self._waited_for:
            self._waited_for.add(channel)
            self._tasks.start(self._until_read(channel), "slow console")

    async def _until_read(self, channel: Channel) -> None:
        await channel.flush()
        self._waited_for.discard(channel)
        if channel.open:
            self._late()
