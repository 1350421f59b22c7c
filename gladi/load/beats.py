"""The beats of the workers: each is heard and kept, all are told to the conductor as one, once in a while.

To add up is work that grows with the workers, and to do it at every beat would grow with their square. So it
is done by the clock, and never for more than a tenth of the master's time.
"""

import time
from pathlib import Path
from typing import Any

import gevent

from gladi.load import shard
from gladi.load.company import Company, say
from gladi.load.fence import BEAT_S
from gladi.load.member import Member, as_of_s
from gladi.load.progress import added

_SHARE = 0.1
"""Most of the master's time for adding up."""


class Beats:
    """Hears them; `out` takes the records of workers elsewhere."""

    def __init__(self, company: Company, out: Path) -> None:
        self._company = company
        self._out = out
        self._heard = 0
        self._told = 0

    def on_beat(self, member: Member, data: dict[str, Any]) -> None:
        """Note how far a worker is, and keep its record."""
        whole = member.take(data, self._out)
        member.beat_heard_s = time.monotonic()
        self._heard += 1
        self._company.send(member.node, shard.HEARD, {"n": data["n"]})
        if not whole and member.record is not None:
            self._company.send(member.node, shard.AGAIN, {"at": member.record.have})

    def publish(self) -> None:
        """Tell the conductor, as long as there is something new; a beat is as old as a beat at most."""
        while True:
            took_s = self.tell()
            gevent.sleep(max(BEAT_S, took_s / _SHARE - took_s))

    def tell(self) -> float:
        """Add up and tell, if anything has come; processor seconds that it took."""
        if self._told == self._heard:
            return 0.0
        self._told = self._heard
        since_s = time.process_time()
        uses = {str(one.index): one.use.now for one in self._company.living if one.use and one.use.now}
        at_s = as_of_s(self._company)
        say(event="beat", at_s=at_s, uses=uses, **added(one.last_beat for one in self._company if one.beat))
        return time.process_time() - since_s
