"""The workers of one run as the master has them: who joined, and what they are told."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

from gevent.event import Event

from gladi.load import shard
from gladi.load.member import Member
from gladi.load.order import LoadOrder


class Company:
    """Members by Locust's name for them.

    `zero_s` is run clock 0 on the master's wall clock, once it is named;
    `finished` is set when nobody plays any more, or the conductor is gone.
    """

    def __init__(self, order: LoadOrder, runner: Any) -> None:
        self.order = order
        self.runner = runner
        self.zero_s: float | None = None
        self.stopped = False
        self.finished = Event()
        self._members: dict[str, Member] = {}

    def __iter__(self) -> Iterator[Member]:
        """Everybody who was given a share, the dead included, by index."""
        return iter(sorted(self._members.values(), key=lambda one: one.index))

    def of(self, node: str) -> Member | None:
        """Who speaks under this name; None for a stranger."""
        return self._members.get(node)

    def take_in(self, member: Member) -> None:
        """Another member."""
        self._members[member.node] = member

    def free(self) -> list[int]:
        """Shares that nobody has yet."""
        taken = {one.index for one in self._members.values()}
        return [index for index in range(self.order.workers) if index not in taken]

    def all(self, holds: Callable[[Member], bool]) -> bool:
        """Whether everybody is here and it holds for each."""
        return len(self._members) == self.order.workers and all(map(holds, self._members.values()))

    @property
    def living(self) -> list[Member]:
        """Who still has something to do and can, by index."""
        return [one for one in self if one.playing]

    def look(self) -> None:
        """The run is over once nobody plays any more."""
        if not self.living:
            self.finished.set()

    def run_s(self) -> float:
        """The run clock now; only after the start."""
        assert self.zero_s is not None
        return time.time() - self.zero_s

    def send(self, node: str, message: str, data: dict[str, Any]) -> None:
        """A message to one worker."""
        self.runner.send_message(message, data, client_id=node)

    def there(self, member: Member) -> bool:
        """Whether the connection to a worker stands."""
        stands: bool = self.runner.server.there(member.node)
        return stands

    def refuse(self, node: str, why: str) -> None:
        """Turn a worker away; a run that cannot have all of its workers does not begin."""
        if node in self._members:
            self._members[node].died = why
        self.send(node, shard.REFUSED, {"why": why})
        say(event="refused", why=why)

    def stop(self) -> None:
        """Nobody begins anything more."""
        self.stopped = True
        self.runner.send_message(shard.STOP, {"why": ""})


def say(**content: Any) -> None:
    """One JSON line to the conductor."""
    print(json.dumps(content), flush=True)
