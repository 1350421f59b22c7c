"""One playing of a claim while it runs: hands out requests, ends as soon as that decides it.

What decides in the end is the evidence on disk; this looks at the same figures early, about once a second.
That one may look when one likes is what the confidence sequences are for.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gladi.offering.hand import TELL_S, Progress
from reports.claims.requirements import allowed_share, hurt_share, is_bad, surely_met, surely_missed
from reports.claims.sequence import ALPHA
from reports.claims.windows import allowed_lateness_s, late_seconds
from scenarios.claims import RECOVERY_S, Claim
from scenarios.thresholds import Threshold
from simulators.calibration.loads import Coming

_LOOK_EVERY_S = 1.0

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Numbers = NDArray[np.int64]


@dataclass(slots=True)
class Course:
    """Follows the load of `coming`, whoever offers it; `over` says when to end it.

    `ended` says why it ended before its time, "" if it did not; `decided`, that more would be in vain.
    """

    claim: Claim
    coming: Sequence[Coming]
    patience_s: float
    allowed: Callable[[], None]
    advance: Callable[[float], None]
    warm_s: float
    ended: str = ""
    decided: bool = False
    _zero: float = 0.0
    _looked_s: float = 0.0
    _due_s: Floats = field(default_factory=lambda: np.zeros(0))
    _answered_s: Floats = field(default_factory=lambda: np.zeros(0))
    _begun: Bools = field(default_factory=lambda: np.zeros(0, dtype=bool))
    _late: Bools = field(default_factory=lambda: np.zeros(0, dtype=bool))
    _good: Bools = field(default_factory=lambda: np.zeros(0, dtype=bool))
    _by: Numbers = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def __post_init__(self) -> None:
        self._due_s = np.array([one.due_s for one in self.coming])
        self._answered_s = np.full(len(self.coming), np.inf)
        self._begun, self._late, self._good = (np.zeros(len(self.coming), dtype=bool) for _ in range(3))
        self._by = np.zeros(len(self.coming), dtype=np.int64)

    def begins(self, zero: float) -> None:
        """Moment 0 of the trial will be this one of time.perf_counter."""
        self._zero = zero

    def now_s(self) -> float:
        """Seconds of the trial; negative before it begins. Also the clock of the faults."""
        return time.perf_counter() - self._zero if self._zero else -1.0

    def hears(self, progress: Progress) -> None:
        """What a generator has begun and what was answered, since it was last heard."""
        self._begun[progress.begun] = True
        self._late[progress.begun] = progress.late_s > self._lateness_s
        self._by[progress.begun] = progress.generator
        self._answered_s[progress.ended] = progress.ended_s
        self._good[progress.ended] = progress.good
        if progress.ran_out:
            self.ended = "there was nothing more to send"

    def over(self) -> bool:
        """Whether to end it now; looks about once a second."""
        now_s = self.now_s()
        if self.ended:
            return True
        if not self.coming or now_s - self._looked_s < _LOOK_EVERY_S or now_s > self.coming[-1].due_s:
            return False
        return self._over(now_s)

    @property
    def _lateness_s(self) -> float:
        return allowed_lateness_s(self.claim)

    def _over(self, now_s: float) -> bool:
        self._looked_s = now_s
        self.advance(now_s)
        try:
            self.allowed()
        except Exception as error:
            self.ended = str(error)
            return True
        looks = [self._look(one, now_s) for one in self.claim.require]
        for one, (missed, _) in zip(self.claim.require, looks, strict=True):
            if missed:
                self.ended, self.decided = f"{one.text} is refuted", True
                return True
        if self.claim.may_shorten and looks and now_s > self._faults_over_s and all(met for _, met in looks):
            self.ended, self.decided = "every requirement is sure, and the hold may be shortened", True
            return True
        return False

    def _look(self, one: Threshold, now_s: float) -> tuple[bool, bool]:
        """Whether a requirement is surely missed, or surely met, by the operations whose fate is known.

        That is up to the first of which it is open. What faults took is left aside for the first question and
        taken for the worst for the second.
        """
        many = int(np.searchsorted(self._due_s, now_s))
        due_s, answered_s = self._due_s[:many], self._answered_s[:many]
        ended = np.isfinite(answered_s)
        # What was told a little ago may have been answered since: nobody has waited longer than to that.
        waited_s = np.where(ended, answered_s, now_s - 2.0 * TELL_S) - due_s
        good = self._good[:many] & ended
        limit_s = one.value if one.metric == "percentile" else self.patience_s
        known = ended | (self._begun[:many] & (waited_s > limit_s))
        until = len(known) if known.all() else int(np.argmin(known))
        heard = (due_s >= self.warm_s) & ~self._hurt(due_s) & self._in_time(due_s)
        heard[until:] = False
        bad = is_bad(one, good, waited_s)[heard].astype(np.float64)
        part, allowed = hurt_share(self.claim, []), allowed_share(one)
        each = ALPHA / len(self.claim.require)
        missed = surely_missed(self.claim, bad, waited_s[heard], allowed / (1.0 - part), each) is not None
        left = (allowed - part) / (1.0 - part)
        return missed, not missed and surely_met(self.claim, bad, waited_s[heard], left, ALPHA)

    def _in_time(self, due_s: Floats) -> Bools:
        """Those of seconds in which no generator was late."""
        many = len(due_s)
        return np.asarray(~late_seconds(due_s, self._late[:many], self._by[:many]))

    @property
    def _faults_over_s(self) -> float:
        ends = [one.at * self.claim.hold + one.length_s + 2 * RECOVERY_S for one in self.claim.during]
        return self.warm_s + max(ends, default=0.0)

    def _hurt(self, due_s: Floats) -> Bools:
        """Those due while a fault is planned: what faults took is counted when they are over."""
        within = np.zeros(len(due_s), dtype=bool)
        for one in self.claim.during:
            strike_s = self.warm_s + one.at * self.claim.hold
            within |= (due_s >= strike_s) & (due_s < strike_s + one.length_s + 2 * RECOVERY_S)
        return within
