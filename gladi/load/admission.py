"""Before the start: who may join a run, whether each has rebuilt the same shard, and knows the system."""

import time
from dataclasses import asdict
from typing import Any

import gevent
from gevent.queue import Empty

from gladi.load import clocks, shard
from gladi.load.built import Built, refusal
from gladi.load.company import Company, say
from gladi.load.member import Member

_PONG_S = 5.0
"""Longest wait for the answer to one ping."""


class Admission:
    """Takes workers into a company, in the order of `shard`."""

    def __init__(self, company: Company) -> None:
        self._company = company

    def on_hello(self, node: str, data: dict[str, Any]) -> None:
        """Somebody wants to join: refuse another gladi, else look at its clock and give it a share."""
        company = self._company
        theirs = Built(str(data["version"]), str(data["code"]), str(data["python"]))
        elsewhere = int(data["index"]) < 0
        # one of the conductor's own was started from these very files
        ours = company.order.built if elsewhere else theirs
        why = refusal(ours, theirs, str(data["host"]))
        free = company.free()
        if not why and (not free or company.zero_s is not None):
            full = f"the run has its {company.order.workers} workers already"
            company.send(node, shard.REFUSED, {"why": full})
            return
        if why:
            company.refuse(node, why)
            return
        index = free[0] if elsewhere else int(data["index"])
        member = Member(node, index, str(data["host"]), int(data["pid"]), elsewhere, time.monotonic())
        company.take_in(member)
        gevent.spawn(self._welcome, member)

    def _welcome(self, member: Member) -> None:
        found = self.clock_of(member)
        if found is None:
            self._company.refuse(member.node, f"the worker on {member.host} does not answer")
            return
        member.clock = found
        if why := clocks.refusal(member.host, found):
            self._company.refuse(member.node, why)
            return
        if warning := clocks.warning(member.host, found):
            say(event="warned", why=f"{warning}; its moments are translated")
        say(event="came", worker=member.index, host=member.host, pid=member.pid, **asdict(found))
        self._company.send(
            member.node, shard.ORDER, {"order": asdict(self._company.order), "index": member.index}
        )

    def clock_of(self, member: Member) -> clocks.Reading | None:
        """Exchange the time with a worker, a few times; None when it does not answer."""
        exchanges = []
        for number in range(clocks.EXCHANGES):
            self._company.send(member.node, shard.PING, {"n": number, "sent_s": time.time()})
            try:
                pong = member.pongs.get(timeout=_PONG_S)
            except Empty:
                break
            exchanges.append(clocks.Exchange(pong["sent_s"], pong["there_s"], pong["back_s"]))
        return clocks.reading(exchanges) if exchanges else None

    def on_pong(self, member: Member, data: dict[str, Any]) -> None:
        """A worker has read its clock."""
        member.pongs.put({**data, "back_s": time.time()})

    def on_preparing(self, member: Member, data: dict[str, Any]) -> None:
        """A worker renders its photos."""
        say(event="preparing", worker=member.index, host=member.host, **data)

    def on_ready(self, member: Member, data: dict[str, Any]) -> None:
        """A worker has rebuilt its shard; it must be the conductor's."""
        company = self._company
        for what, ours in (("population", company.order.population), ("timetable", company.order.timetable)):
            if data[what] != ours:
                company.refuse(
                    member.node,
                    f"the worker on {member.host} draws another {what} from the same scenario and seed "
                    f"(digest {str(data[what])[:12]}, here {ours[:12]}): are its libraries the same?",
                )
                return
        member.ready, member.photos = True, [(name, digest) for name, digest in data["photos"]]
        if company.all(lambda one: one.ready):
            company.runner.start(company.order.workers, spawn_rate=company.order.workers)
            photos = sorted({one for each in company for one in each.photos})
            say(event="ready", workers=company.order.workers, photos=photos)

    def on_placed(self, member: Member, data: dict[str, Any]) -> None:
        """A worker knows the system, and that it consents."""
        member.placed = True
        if self._company.all(lambda one: one.placed):
            say(event="placed")
