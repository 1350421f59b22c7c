"""One playing of a claim while it runs: hands out requests, ends as soon as that decides it.

What decides in the end is the evidence on disk; this looks at the same figures early, about once a second.
That one may look when one likes is what the confidence sequences are for.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gladi.offering.crowd import Ask
from reports.claims.requirements import allowed_share, hurt_share, is_bad, surely_met, surely_missed
from reports.claims.sequence import ALPHA
from reports.claims.windows import LATE_MOST, allowed_lateness_s
from scenarios.claims import RECOVERY_S, Claim
from scenarios.thresholds import Threshold
from simulators.calibration.loads import Coming

_LOOK_EVERY_S = 1.0


@dataclass(slots=True)
class Course:
    """`ask` is what a generator calls for each of `coming` in order; None ends the load.

    `ended` says why it ended before its time, "" if it did not; `decided`, that more would be in vain.
    `sent` are rows of sent.parquet.
    """

    claim: Claim
    coming: Sequence[Coming]
    patience_s: float
    asks: Callable[[str], Ask | None]
    allowed: Callable[[], None]
    advance: Callable[[float], None]
    warm_s: float
    ended: str = ""
    ended_s: float = 0.0
    decided: bool = False
    sent: list[dict[str, Any]] = field(default_factory=list)
    _zero: float = 0.0
    _begun: int = 0
    _looked_s: float = 0.0
    _due_s: np.ndarray[Any, np.dtype[np.float64]] = field(default_factory=lambda: np.zeros(0))
    _answered_s: np.ndarray[Any, np.dtype[np.float64]] = field(default_factory=lambda: np.zeros(0))
    _late: np.ndarray[Any, np.dtype[np.bool_]] = field(default_factory=lambda: np.zeros(0, dtype=bool))
    _good: np.ndarray[Any, np.dtype[np.bool_]] = field(default_factory=lambda: np.zeros(0, dtype=bool))

    def __post_init__(self) -> None:
        self._due_s = np.array([one.due_s for one in self.coming])
        self._answered_s = np.full(len(self.coming), np.inf)
        self._late = np.zeros(len(self.coming), dtype=bool)
        self._good = np.zeros(len(self.coming), dtype=bool)

    def begins(self) -> float:
        """Moment 0 of the trial by time.perf_counter, a little ahead."""
        self._zero = time.perf_counter() + 0.05
        return self._zero

    def now_s(self) -> float:
        """Seconds of the trial; negative before it begins. Also the clock of the faults."""
        return time.perf_counter() - self._zero if self._zero else -1.0

    def ask(self, kind: str) -> Ask | None:
        """The next request, told to us when it has ended."""
        number, now_s = self._begun, self.now_s()
        if number:
            self._late[number - 1] = now_s - self.coming[number - 1].due_s > self._lateness_s
        if now_s - self._looked_s >= _LOOK_EVERY_S and self._over(now_s):
            self.ended_s = self.coming[number - 1].due_s
            return None
        made = self.asks(kind)
        if made is None:
            self.ended, self.ended_s = "there was nothing more to send", now_s
            return None
        self._begun += 1
        self._note(made)
        told = made.ended

        def ended(good: bool) -> None:
            self._answered_s[number], self._good[number] = self.now_s(), good
            told(good)

        made.ended = ended
        return made

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
        due_s = self._due_s[: self._begun]
        waited_s = np.minimum(self._answered_s[: self._begun], now_s) - due_s
        ended = np.isfinite(self._answered_s[: self._begun])
        good = self._good[: self._begun] & ended
        known = ended | (waited_s > (one.value if one.metric == "percentile" else self.patience_s))
        until = len(known) if known.all() else int(np.argmin(known))
        heard = (due_s >= self.warm_s) & ~self._hurt(due_s) & self._in_time(due_s)
        heard[until:] = False
        bad = is_bad(one, good, waited_s)[heard].astype(np.float64)
        part, allowed = hurt_share(self.claim, []), allowed_share(one)
        each = ALPHA / len(self.claim.require)
        missed = surely_missed(self.claim, bad, waited_s[heard], allowed / (1.0 - part), each) is not None
        left = (allowed - part) / (1.0 - part)
        return missed, not missed and surely_met(self.claim, bad, waited_s[heard], left, ALPHA)

    def _in_time(self, due_s: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Those of seconds in which the generator was not late."""
        second = np.floor(due_s).astype(int)
        late = np.bincount(second, weights=self._late[: len(due_s)])
        return np.asarray((late <= LATE_MOST * np.bincount(second))[second])

    @property
    def _faults_over_s(self) -> float:
        ends = [one.at * self.claim.hold + one.length_s + 2 * RECOVERY_S for one in self.claim.during]
        return self.warm_s + max(ends, default=0.0)

    def _hurt(self, due_s: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Those due while a fault is planned: what faults took is counted when they are over."""
        within = np.zeros(len(due_s), dtype=bool)
        for one in self.claim.during:
            strike_s = self.warm_s + one.at * self.claim.hold
            within |= (due_s >= strike_s) & (due_s < strike_s + one.length_s + 2 * RECOVERY_S)
        return within

    def _note(self, made: Ask) -> None:
        if made.page.photo:
            operation = made.operation
            self.sent.append({
                "key": operation.key, "tps": operation.tps, "form": operation.form, "page": operation.page,
                "photo_sha256": made.page.photo_sha256, "numbers_sha256": made.page.numbers_sha256,
            })  # fmt: skip
