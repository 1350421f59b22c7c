"""Trials of one kind of load against one system: each offered, recorded, and judged from its record."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from gladi.offering.crowd import Ask
from gladi.offering.ground import Ground
from gladi.offering.played import Played
from gladi.offering.record import Record
from gladi.offering.settling import CALM_S, settle
from gladi.offering.several import Offering
from reports.capacity.counting import CLIENTS
from reports.capacity.judging import Trial, judge
from reports.capacity.limits import Limits
from reports.capacity.telling import missed
from simulators.calibration.loads import Load
from simulators.draws import subseed

RAN_OUT = "the pages ran out"
_SETTLED_S = 60.0
_NEAR = 3.0
"""A system is calm when it answers within three times its idle median, or within CALM_S."""


@dataclass(slots=True)
class Bench:
    """Where trials happen. `allowed` raises when consent is gone; `said` is what the last trial came to.

    `warn` hears what a person should know at once.
    """

    ground: Ground
    offering: Offering
    record: Record
    limits: Limits
    seed: int
    warm_s: float
    patience_s: float
    allowed: Callable[[], None]
    idle_s: dict[str, float] = field(default_factory=dict)
    said: str = ""
    warn: Callable[[str], None] = lambda words: None

    @property
    def left(self) -> int:
        """Pages not sent yet."""
        return self.offering.left

    def trial(
        self, what: str, mix: Mapping[str, float], rate_per_s: float, judged_s: float, purpose: str
    ) -> Trial:
        """Offer `rate_per_s` for the warm-up and `judged_s` more, and judge it."""
        self.allowed()
        self.settled(mix)
        seed = self._seed(what)
        seconds = self.warm_s + judged_s
        load = Load(what, mix, rate_per_s, seconds, self.patience_s, numbered=True, parts_s=(self.warm_s,))
        step = self.offering.open(load, seed)
        self._told(step)
        number = self.record.add(
            what, step, rate_per_s=rate_per_s, warm_s=self.warm_s, seed=seed, purpose=purpose,
            why=_ran_out(step),
        )  # fmt: skip
        row, columns = self.record.trial(number)
        judged = judge(row, columns, self.limits)
        self.said = f"{what} {rate_per_s:.1f}/s: {missed(judged, 'id') or 'tertahan'}"
        return judged

    def clients(self, what: str, mix: Mapping[str, float], clients: int, seconds: float) -> float:
        """A closed step, for the law; good answers a second."""
        self.allowed()
        seed = self._seed(what)
        step = self.offering.closed(mix, clients, seconds, seed)
        self._told(step)
        why = _ran_out(step)
        self.record.add(what, step, how="closed", clients=clients, seed=seed, purpose=CLIENTS, why=why)
        self.said = f"{what}, {clients} klien: {step.rate():.1f}/s"
        return 0.0 if why or step.why else step.rate()

    def _told(self, step: Played) -> None:
        """A generator that died is told at once: from here on others offer its share."""
        if step.why:
            self.warn(step.why)

    def settled(self, mix: Mapping[str, float]) -> None:
        """Wait until the last load is over: kinds of the next one answer as they did when idle.

        Of a mix the slowest kind, whose queue is the longest to wait for, and the most frequent one.
        """
        for kind in mix:
            if kind not in self.idle_s:
                quick = sorted(self.ground.generator.closed(1, 0.3, self._asks(kind)).latencies_s())
                self.idle_s[kind] = quick[len(quick) // 2] if quick else 0.0
        for kind in {max(mix, key=lambda one: self.idle_s[one]), max(mix, key=lambda one: mix[one])}:
            calm_s = max(CALM_S, _NEAR * self.idle_s[kind])
            settle(self.ground.generator, self._asks(kind), _SETTLED_S, calm_s)

    def _asks(self, kind: str) -> Callable[[], Ask | None]:
        """Pages are not used up for it: one that is stored is sent again, or the status is asked."""
        crowd = self.ground.crowd
        if kind == "submit_page":
            return lambda: crowd.again() or crowd.ask("status")
        return lambda: crowd.ask(kind)

    def took_s(self, judged_s: float) -> float:
        """About how long a trial takes, settling before and answers after it included."""
        return self.warm_s + judged_s + 1.2

    def _seed(self, what: str) -> int:
        return subseed(self.seed, f"{what}/{len(self.record)}") & (2**63 - 1)


def _ran_out(step: Played) -> str:
    """That there was nothing more to send, if no generator died of which others had more."""
    return RAN_OUT if step.ran_out and not step.why else ""
