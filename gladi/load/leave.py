"""The end of a worker's part: its record whole, its clock read once more, what it said kept."""

from collections.abc import Callable
from typing import Any

import gevent

from gladi.load import clocks, shard
from gladi.load.company import Company, say
from gladi.load.deaths import Deaths
from gladi.load.member import Member

_AGAIN = 10
"""Times that a missing piece of a record is asked for."""


class Leave:
    """Takes leave of workers, one by one, and tells at the end what each of them said."""

    def __init__(
        self, company: Company, deaths: Deaths, clock_of: Callable[[Member], clocks.Reading | None]
    ) -> None:
        self._company = company
        self._deaths = deaths
        self._clock_of = clock_of

    def on_done(self, member: Member, data: dict[str, Any]) -> None:
        """A worker has drained. One that was given up for dead has its record kept, and its TPS elsewhere."""
        gevent.spawn(self._take_leave, member, data)

    def _take_leave(self, member: Member, data: dict[str, Any]) -> None:
        missing = self._missing(member, data)
        member.clock_at_end = self._clock_of(member) if member.elsewhere else None
        if missing:
            say(event="warned", why=f"worker {member.name}: {missing} bytes of its record never came")
        if member.died:
            if not missing:  # it had only been cut off: its record is whole
                member.done = data
            return
        if data["why"] and not self._company.stopped:
            self._deaths.die(member, str(data["why"]))
            member.done = data  # it has said all it knows: its record is whole
            return
        member.done = data
        self._company.look()

    def _missing(self, member: Member, data: dict[str, Any]) -> int:
        """Bytes of a worker's record that did not come, however often it was asked."""
        if not member.elsewhere:
            return 0
        for _ in range(_AGAIN):
            have = member.record.have if member.record else 0
            if have >= int(data["bytes"]):
                return 0
            self._company.send(member.node, shard.AGAIN, {"at": have})
            gevent.sleep(0.5)
        return int(data["bytes"]) - (member.record.have if member.record else 0)

    def report(self) -> None:
        """What each worker said, and Locust's own totals, to hold against the record."""
        total = self._company.runner.stats.total
        for one in self._company:
            if one.record is not None:
                one.record.close()
        say(
            event="done",
            workers=[one.facts() for one in self._company],
            locust={"requests": total.num_requests, "failures": total.num_failures},
        )
