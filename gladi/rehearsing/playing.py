"""The run itself: followed until its load is over, it is interrupted, or there is reason to break it off."""

import time

from gladi.breaches import watched
from gladi.failures import CannotRunError
from gladi.interruption import interruptible
from gladi.load.driver import Driver
from gladi.onlookers import Onlookers
from gladi.rehearsing.asked import Rehearsal
from gladi.rehearsing.beside import Beside
from gladi.rehearsing.clock import RunClock
from gladi.rehearsing.stage import Stage
from gladi.show import Advance
from gladi.stopping import StopConditions
from gladi.targeting import Hopeless

_LATE_S = 30.0
"""Load workers may end this much after the drain."""


class _Reasons:
    """Why a run would be broken off, looked at after every beat."""

    def __init__(self, run: Rehearsal, stage: Stage, beside: Beside) -> None:
        scenario = run.setting.scenario
        self._stage = stage
        self._consent = beside.consent
        self._limit_s = run.setting.timeline.duration_s + scenario.clock.drain + _LATE_S
        self._stop = StopConditions(
            scenario.stop,
            not run.own_stack or scenario.stop.every_run,
            watched(scenario, run.setting.timeline),
        )
        self._hopeless = Hopeless(applies=not run.own_stack)

    def to_abort(self, now_s: float) -> str:
        """The first that holds at this second of the run clock; empty while none does."""
        beat = self._stage.driver.beat
        if self._consent.withdrawn.is_set():
            return f"consent withdrawn: {self._consent.why}"
        if broken := self._stop.broken(now_s, beat) or self._hopeless.broken(now_s, beat):
            return f"broken off: {broken}"
        if not self._stage.network.running:
            return (
                f"toxiproxy-server died at {now_s:.1f} s: every TPS lost its network, which says nothing "
                "about the system"
            )
        return "the load workers did not end in time" if now_s > self._limit_s else ""


def play(run: Rehearsal, stage: Stage, beside: Beside, clock: RunClock, onlookers: Onlookers) -> None:
    """Follow the run to its end, whichever it is; how it ended is in its outcome."""
    driver, outcome = stage.driver, run.outcome
    reasons = _Reasons(run, stage, beside)
    with run.show.stage("Gladi") as advance, interruptible():
        try:
            while not driver.poll():
                time.sleep(0.1)
                now = clock()
                onlookers.beat(now, driver.beat, driver.deaths)
                _tell(run, driver, now, advance)
                if why := reasons.to_abort(now):
                    outcome.abort(why)
                    break
        except KeyboardInterrupt:
            outcome.ended = "interrupted"
        except CannotRunError as error:
            outcome.abort(str(error))
    onlookers.beat(clock(), driver.beat, driver.deaths)
    onlookers.stage("healing")
    if driver.deaths and outcome.complete:
        _tell_of_deaths(run, driver)
    if not outcome.complete:
        run.show.warn(f"{outcome.ended}: {outcome.problem or 'healing, then keeping the evidence'}")


def _tell(run: Rehearsal, driver: Driver, now_s: float, advance: Advance) -> None:
    """The live line: local time, operations so far, those in hand."""
    timeline, beat = run.setting.timeline, driver.beat
    local = timeline.local(max(0.0, min(now_s, timeline.duration_s)))
    advance(
        max(0.0, now_s), timeline.duration_s,
        f"{local:%d %b %H.%M} · {beat.get('operations', 0):,} operasi · {beat.get('in_flight', 0)} berjalan",
    )  # fmt: skip


def _tell_of_deaths(run: Rehearsal, driver: Driver) -> None:
    """The run went on, unless no worker was left or the system has taken its consent back."""
    lost = "; ".join(f"{one['worker']} ({one['host']}): {one['why']}" for one in driver.deaths)
    withdrawn = any(one["why"].startswith("consent withdrawn") for one in driver.deaths)
    if withdrawn or driver.deaths[-1]["from_s"] is None:
        run.outcome.abort(f"load workers did not play to the end ({lost}); their TPS were not all offered")
    else:
        run.show.warn(f"load workers died ({lost}); the others took over what was still to come")
