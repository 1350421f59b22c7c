"""The operator: a SimPy process that interprets a behaviour table, under whichever clock it is given."""

from collections.abc import Callable, Generator
from dataclasses import replace
from datetime import timedelta
from math import exp, inf, log
from typing import Any

import simpy

from simulators.asking import ASKING
from simulators.draws import normal_at, uniform
from simulators.mishaps import Lot, Tell
from simulators.officials.sight import too_late
from simulators.operations import Answer, Kind, Target, Variant
from simulators.phone import Phone
from simulators.post import Post, World
from simulators.questions import QUESTIONS
from simulators.timetable import counted

_FIRST_DRAW = 64
"""Draws below belong to the timetable."""

_NOTHING_YET = Answer("ok")

_NEVER_S = 3_600.0
"""So long after the end of a run a phone comes back that was given back to its owner."""

_FAR_S = 1e-6
"""A moment further away than this is waited for outside of the process."""


class Operator:
    """State of one operator; `live` is the SimPy process body.

    `asking` and `questions` read and change it: they are the vocabulary of the table. `probed` is a mask of
    the pages whose probe was made, `desk_s` what the help desk will take, `dead_until_s` when the phone will
    be of use again.
    """

    __slots__ = (
        "_draw", "_human_tries", "at_signal", "dead_until_s", "desk_s", "ended", "env", "guessed_at",
        "has_code", "last", "lot", "phone", "post", "probed", "target", "world",
    )  # fmt: skip

    def __init__(
        self,
        env: simpy.Environment,
        target: Target,
        shared: World,
        post: Post,
        tell: Tell = lambda met: None,
    ) -> None:
        self.env: simpy.Environment = env
        self.target = target
        self.world: World = shared
        self.post: Post = post
        self.phone: Phone = Phone(shared, post)
        self.lot: Lot = Lot(post.mishaps, shared.seed, post.tps, post.operator, tell)
        self.ended = ""
        self.probed = 0
        self.guessed_at = False
        self.at_signal: bool = False
        self.dead_until_s = 0.0
        self.desk_s = 0.0
        self.has_code: bool = post.has_code
        self.last = _NOTHING_YET
        self._draw = _FIRST_DRAW
        self._human_tries = 0

    def live(self, at: str = "") -> Generator[Any, Any, tuple[str, float]]:
        """Follow the table to its end, or to a moment of the timetable that is still to come.

        Begins at the row `at`, by default the first one. The process's value is that row and its moment, at
        which somebody has to take it up again (see `simulators.usher`), or ("", now) at the end.
        """
        table = self.world.tables[self.post.operator - 1]
        row = table[at or self.world.first_rows[self.post.operator - 1]]
        while row.op != "end":
            if row.op == "until":
                moment_s = self.post.moments.get(row.arg)
                good = moment_s is not None
                if moment_s is not None:
                    if row.name != at:
                        self.phone.tries = self._human_tries = 0
                        self.at_signal = False
                    if moment_s > self.env.now + _FAR_S:
                        return row.name, moment_s
                    yield self._wait_till(moment_s)
                    if row.arg == "capture":
                        self.lot.during("everyone_at_once", moment_s)
            else:
                good = yield from _STEPS[row.op](self, row.arg)
            at = ""
            row = table[row.then if good or not row.otherwise else row.otherwise]
        self.ended = row.arg
        return "", self.env.now

    # moments and pauses

    def _uniform(self) -> float:
        self._draw += 1
        return uniform(self.world.seed, int(self.post.tps) * 8 + self.post.operator, self._draw)

    def _human(self, pause_s: float) -> Any:
        """Wait for a stretch of human time."""
        return self._wait_till(self.world.timeline.after(self.env.now, pause_s))

    def _wait_till(self, moment_s: float) -> Any:
        return self.env.timeout(max(0.0, moment_s - self.env.now))

    def _meet(self, name: str) -> Generator[Any, Any, bool]:
        yield self._wait_till(self.post.moments.get(name, self.env.now))
        return True

    def _pause(self, what: str) -> Generator[Any, Any, bool]:
        if what == "ended_session":
            yield self.env.timeout(self.world.scenario.probes.ended_session_after)
        elif what == "phone":
            yield self._wait_till(self._phone_comes_s())
        else:
            yield self._human(self.desk_s)
            self.phone.activated = self.phone.barred = False
        return True

    def _phone_comes_s(self) -> float:
        """When somebody lends a phone: looked for by the calendar, not only in hours that are played."""
        timeline = self.world.timeline
        needed = timeline.local(self.env.now)
        return timeline.at_local(needed + timedelta(seconds=self.post.borrowed_after_s))

    def _ring(self, why: str) -> Generator[Any, Any, bool]:
        """Call the help desk; whether it has settled the matter."""
        desk = self.world.desk
        if desk is None:
            return False
        ticket = desk.call(self.env.now, self.post.tps, self.post.operator, why)
        yield self._wait_till(ticket.ended_s)
        if ticket.ending != "helped":
            return False
        self.has_code = self.has_code or why == "code"
        if why == "account":
            self.phone.activated = self.phone.barred = False
        return True

    @property
    def rounds(self) -> int:
        """Rounds of trying without success until now, each ended by a person's rest."""
        return self._human_tries

    @property
    def awake(self) -> bool:
        """Whether the phone has power."""
        return self._asleep_until() <= float(self.env.now)

    def _asleep_until(self) -> float:
        if self.env.now >= self.post.lent_until_s:
            return self.world.timeline.duration_s + self.world.scenario.clock.drain + _NEVER_S
        return max(self.dead_until_s, self.lot.dark_until(self.env.now))

    def _charged(self) -> Generator[Any, Any, None]:
        """Wait until the phone has power again."""
        went_dark = False
        while not self.awake:
            went_dark = True
            self.lot.during("no_power", self.env.now)
            yield self._wait_till(self._asleep_until())
        self.phone.boots += went_dark

    def _seek_signal(self, _: str) -> Generator[Any, Any, bool]:
        post = self.post
        if post.no_signal and not self.at_signal:
            yield self._human(post.travel_s)
            self.at_signal = True
        while post.signal is not None and not post.signal.online(self.env.now):
            yield self._wait_till(post.signal.changes_after(self.env.now))
        return True

    def _shoot(self, _: str) -> Generator[Any, Any, bool]:
        yield from self._charged()
        form = self.phone.sheet(self.phone.next_to_shoot)[0]
        counted_s = self.post.moments.get(counted(form), 0.0)
        if counted_s > self.env.now:
            yield self._wait_till(counted_s)
        start, end = self.post.blackout
        if start <= self.env.now < end:
            yield self._wait_till(end)
        median = self.world.scenario.day.page_median
        yield self._human(median * exp(0.4 * normal_at(self._uniform())))
        self.phone.shot |= self.phone.next_to_shoot
        return True

    def _backoff(self, _: str) -> Generator[Any, Any, bool]:
        app = self.world.scenario.app
        storm = self.lot.during("retry_storm", self.env.now)
        if storm is not None:
            yield self.env.timeout(float(storm.settings["gap_s"]))
            return True
        if self.phone.tries >= app.retries:
            self.phone.tries = 0
            return False
        pause = app.backoff_s(self.phone.tries)
        self.phone.tries += 1
        # Full jitter above half the pause; a server that says when to come back is believed.
        pause = max(pause * (0.5 + 0.5 * self._uniform()), self.last.retry_after_s)
        yield self.env.timeout(pause)
        return True

    def _rest(self, what: str) -> Generator[Any, Any, bool]:
        scenario = self.world.scenario
        if what == "upload" and too_late(scenario, self.world.timeline, self.env.now):
            self._human_tries = 0
            return False
        if what == "activation" and scenario.activation is not None:
            tries = scenario.activation.tries + scenario.activation.help_desk_tries
            mean_s = scenario.activation.human_retry
        else:
            tries, mean_s = scenario.day.tries, scenario.day.human_retry
        self._human_tries += 1
        if self._human_tries >= tries:
            self._human_tries = 0
            return False
        yield self._human(-log(1.0 - self._uniform()) * mean_s)
        return True

    # questions, and asking the system

    def _test(self, question: str) -> Generator[Any, Any, bool]:
        yield from ()
        return QUESTIONS[question](self)

    def _call(self, asked: str) -> Generator[Any, Any, bool]:
        yield from self._charged()
        if asked in ASKING:
            good = yield from ASKING[asked](self)
        else:
            good = yield from self._ask(asked)
        if good:
            self.phone.tries = self._human_tries = 0
        return good

    def _post(self, asked: str) -> Generator[Any, Any, bool]:
        self.env.process(ASKING[asked](self))
        yield from ()
        return True

    def _ask(self, kind: Any) -> Generator[Any, Any, bool]:
        answer: Answer = yield self.perform(kind)
        return self.learn(kind, answer)

    def perform(
        self, kind: Kind, page: int = 0, variant: Variant = "", form: str = "", **changed: Any
    ) -> Any:
        """One operation of the phone; `changed` are fields in which it departs from the plain one."""
        operation = self.phone.operation(kind, self.env.now, page, variant, form)
        cut_s = min(inf if operation.cut_s is None else operation.cut_s, self.lot.dark_from(self.env.now))
        operation = replace(operation, cut_s=None if cut_s == inf else cut_s)
        return self.target.perform(replace(operation, **changed))

    def learn(self, kind: Kind, answer: Answer) -> bool:
        """Take in what the system answered; whether that settles it."""
        self.last = answer
        phone = self.phone
        good = answer.outcome == "ok" or (kind == "confirm" and answer.status == 409)
        if answer.status == 401:
            phone.logged_in = False
            # A session that was to end and is not there any more has ended.
            good = kind == "logout"
        phone.barred = kind == "login" and answer.reason == "device_differs"
        if good and kind == "activate":
            phone.activated = True
        elif good and kind in {"login", "logout"}:
            phone.logged_in = kind == "login"
        return good


# Of the class, not of each operator: a hundred thousand may wait at once.
_STEPS: dict[str, Callable[[Operator, str], Generator[Any, Any, bool]]] = {
    "call": Operator._call, "post": Operator._post, "test": Operator._test, "meet": Operator._meet,
    "signal": Operator._seek_signal, "shoot": Operator._shoot,
    "pause": Operator._pause, "ring": Operator._ring, "backoff": Operator._backoff, "rest": Operator._rest,
}  # fmt: skip
