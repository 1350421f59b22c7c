"""What is counted of all requests: per minute of the run clock, by kind and outcome."""

import numpy as np

from simulators.nation.table import CALLS
from simulators.server import ServerModel
from simulators.server.arrivals import SERVED

OUTCOMES = ("ok", "refused", "closed", "timeout", "link_lost", "reset", "denied")


class Counts:
    """`asked` (minute, kind) in the minute of asking, `outcome` (minute, kind, outcome) in that of the end.

    Of what the server took in, in the minute of its arrival: `sent_bytes`; and for each pool, of what it
    served, `wait_s` (arrival to start of service, summed) and `longest_s`. In the minute in which service
    starts: `busy_s`, seconds of hands, of which `wasted_s` for phones that did not wait for the answer.
    """

    def __init__(self, until_s: float, model: ServerModel) -> None:
        self._until_s = until_s
        self._minutes = int(until_s // 60.0) + 1
        self._pools = [pool.name for pool in model.pools]
        self._base_s = {one.kind: one.base_s for one in model.services}
        self._pool_of = {one.kind: self._pools.index(one.pool) for one in model.services}
        self.asked = np.zeros((self._minutes, len(CALLS)), np.int64)
        self.outcome = np.zeros((self._minutes, len(CALLS), len(OUTCOMES)), np.int64)
        self.sent_bytes = np.zeros(self._minutes)
        self.wait_s = np.zeros((self._minutes, len(self._pools)))
        self.longest_s = np.zeros((self._minutes, len(self._pools)))
        self.busy_s = np.zeros((self._minutes, len(self._pools)))
        self.wasted_s = np.zeros((self._minutes, len(self._pools)))

    def ask(self, kind: str, at_s: float, times: int = 1) -> None:
        """Somebody asks."""
        self.asked[self._minute(at_s), CALLS.index(kind)] += times

    def end(self, kind: str, outcome: str, at_s: float, times: int = 1) -> None:
        """And knows the outcome, or has given up; not counted when the story is over by then."""
        if at_s > self._until_s:
            return
        self.outcome[self._minute(at_s), CALLS.index(kind), OUTCOMES.index(outcome)] += times

    def taken_in(
        self, kind: str, at_server: str, at_s: float, begin_s: float, end_s: float, what: int, sent: float
    ) -> None:
        """The server has looked at a request."""
        minute, pool = self._minute(at_s), self._pool_of[at_server]
        self.sent_bytes[minute] += sent
        if what == SERVED:
            self.wait_s[minute, pool] += begin_s - at_s
            self.longest_s[minute, pool] = max(self.longest_s[minute, pool], begin_s - at_s)

    def served(self, at_server: str, begin_s: float, end_s: float, outcome: str) -> None:
        """What it did for a request, whether or not somebody heard of it."""
        minute, pool = min(self._minute(begin_s), self._minutes - 1), self._pool_of[at_server]
        took_s = end_s - self._base_s[at_server] - begin_s
        self.busy_s[minute, pool] += took_s
        if outcome in ("timeout", "link_lost"):
            self.wasted_s[minute, pool] += took_s

    def _minute(self, at_s: float) -> int:
        return int(at_s / 60.0)
