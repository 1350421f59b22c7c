"""Workers that die: noticed, told, and their TPS given to the others.

Of a worker elsewhere two things tell: its connection, which the kernel closes at once when its process ends,
and its silence, where machine or network are gone. A process of the conductor's own is watched by it.
"""

import time
from dataclasses import asdict

import gevent

from gladi.load import shard
from gladi.load.company import Company, say
from gladi.load.fence import DEAD_S, GONE_S, TAKEOVER_LEAD_S, taken_over_from
from gladi.load.member import Member
from gladi.load.shares import Shares

_LOOK_S = 0.2
"""From one look at who is still there to the next."""


class Deaths:
    """Deals with them; who has which share is kept here."""

    def __init__(self, company: Company) -> None:
        self._company = company
        self._shares = Shares(company.order.workers)

    def die(self, member: Member, why: str) -> None:
        """Give a dead worker's TPS, as far as nobody has begun them, to the others."""
        company = self._company
        if not member.playing:
            return
        member.died = why
        if company.zero_s is None:
            say(event="refused", why=f"worker {member.name} left before the start: {why}")
            return
        now_s = company.run_s()
        living = company.living
        heard_s = now_s - (time.monotonic() - member.beat_heard_s) if member.beat_heard_s else 0.0
        from_s = taken_over_from(now_s, heard_s) if member.elsewhere else now_s + TAKEOVER_LEAD_S
        shares = list(self._shares.of(member.index))
        given = self._shares.die(member.index, [one.index for one in living], from_s) if living else {}
        for one in living:
            for share in given[one.index]:
                company.send(one.node, shard.TAKEOVER, asdict(share))
        company.send(member.node, shard.STOP, {"why": "taken for dead"})  # should it only have been cut off
        say(
            event="died", worker=member.index, host=member.host, pid=member.pid, why=why, died_s=now_s,
            last_beat_s=member.beat_at_s if member.beat else None, from_s=from_s if living else None,
            shares=[[one.index, one.of, one.from_s] for one in shares], over=member.over,
            a_beat=member.a_beat,
        )  # fmt: skip
        company.look()

    def watch(self) -> None:
        """Notice workers elsewhere that are gone, or of which nothing is heard any more."""
        while True:
            gevent.sleep(_LOOK_S)
            for one in self._company.living:
                if one.elsewhere and (why := self._seems_dead(one, time.monotonic())):
                    self.die(one, why)

    def _seems_dead(self, member: Member, now_s: float) -> str:
        """Why; empty for one that seems to live."""
        if self._company.there(member):
            member.gone_s = None
        elif member.gone_s is None:
            member.gone_s = now_s
        elif now_s - member.gone_s > GONE_S:
            return "its connection is closed"
        if self._company.zero_s is not None and now_s - member.heard_s > DEAD_S:
            return f"nothing was heard of it for {DEAD_S:g} s"
        return ""
