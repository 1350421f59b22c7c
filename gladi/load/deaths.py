"""Workers that die in a run: noticed, told, and their TPS given to the others."""

import time
from dataclasses import asdict

import gevent

from gladi.load import shard
from gladi.load.company import Company, say
from gladi.load.fence import DEAD_S, TAKEOVER_LEAD_S
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
        from_s = now_s + TAKEOVER_LEAD_S
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
            in_hand=int(member.beat.get("in_flight", 0)),
        )  # fmt: skip
        company.look()

    def watch(self) -> None:
        """Notice workers elsewhere of which nothing is heard any more."""
        while True:
            gevent.sleep(_LOOK_S)
            if self._company.zero_s is None:
                continue
            now_s = time.monotonic()
            for one in self._company.living:
                if one.elsewhere and now_s - one.heard_s > DEAD_S:
                    self.die(one, f"nothing was heard of it for {DEAD_S:g} s")
