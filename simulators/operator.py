"""The operator: a SimPy process that interprets a behaviour table, under whichever clock it is given."""

from collections.abc import Generator
from dataclasses import replace
from math import exp, log
from typing import Any

import simpy

from simulators import submission
from simulators.draws import normal_at, uniform
from simulators.operations import Answer, Kind, Target, Variant
from simulators.phone import Phone
from simulators.post import Post, World

_FIRST_DRAW = 64
"""Draws below belong to the timetable."""
_VOTES = 2
"""The page that holds the votes: the one that is misread and corrected."""
STRANGER = "orang-lain"
"""Device of somebody who guesses at passwords."""


class Operator:
    """State of one operator; `live` is the SimPy process body."""

    __slots__ = (
        "_at_signal", "_draw", "_guessed_at", "_human_tries", "_last", "_probed",
        "ended", "env", "phone", "post", "target", "world",
    )  # fmt: skip

    def __init__(self, env: simpy.Environment, target: Target, shared: World, post: Post) -> None:
        self.env = env
        self.target = target
        self.world = shared
        self.post = post
        self.phone = Phone(shared, post)
        self.ended = ""
        self._draw = _FIRST_DRAW
        self._human_tries = 0
        self._probed = 0
        self._guessed_at = False
        self._at_signal = False
        self._last = Answer("ok")

    def live(self) -> Generator[Any, Any, str]:
        """Follow the table from its first row to an end; the process's value is how it ended."""
        table = self.world.tables[self.post.operator - 1]
        row = table[self.world.first_rows[self.post.operator - 1]]
        while row.op != "end":
            if row.op == "call":
                good = yield from self._call(row.arg)
            elif row.op == "post":
                good = self._late_retry() is not None
            elif row.op == "pause":
                good = yield from self._pause(row.arg)
            elif row.op == "meet":
                good = yield from self._meet(row.arg)
            elif row.op == "test":
                good = self._test(row.arg)
            elif row.op == "until":
                good = yield from self._until(row.arg)
            elif row.op == "signal":
                good = yield from self._seek_signal()
            elif row.op == "shoot":
                good = yield from self._shoot()
            elif row.op == "backoff":
                good = yield from self._backoff()
            else:
                good = yield from self._rest(row.arg)
            row = table[row.then if good or not row.otherwise else row.otherwise]
        self.ended = row.arg
        return row.arg

    # moments and pauses

    def _uniform(self) -> float:
        self._draw += 1
        return uniform(self.world.seed, int(self.post.tps) * 8 + self.post.operator, self._draw)

    def _human(self, pause_s: float) -> Any:
        """Wait for a stretch of human time."""
        return self._wait_till(self.world.timeline.after(self.env.now, pause_s))

    def _wait_till(self, moment_s: float) -> Any:
        return self.env.timeout(max(0.0, moment_s - self.env.now))

    def _until(self, name: str) -> Generator[Any, Any, bool]:
        moment = self.post.moments.get(name)
        if moment is None:
            return False
        self.phone.tries = self._human_tries = 0
        self._at_signal = False
        yield self._wait_till(moment)
        return True

    def _meet(self, name: str) -> Generator[Any, Any, bool]:
        yield self._wait_till(self.post.moments.get(name, self.env.now))
        return True

    def _pause(self, what: str) -> Generator[Any, Any, bool]:
        if what != "ended_session":
            raise ValueError(f"no such pause: {what}")
        yield self.env.timeout(self.world.scenario.probes.ended_session_after)
        return True

    def _seek_signal(self) -> Generator[Any, Any, bool]:
        post = self.post
        if post.no_signal and not self._at_signal:
            yield self._human(post.travel_s)
            self._at_signal = True
        while post.signal is not None and not post.signal.online(self.env.now):
            yield self._wait_till(post.signal.changes_after(self.env.now))
        return True

    def _shoot(self) -> Generator[Any, Any, bool]:
        start, end = self.post.blackout
        if start <= self.env.now < end:
            yield self._wait_till(end)
        median = self.world.scenario.voting.page_median
        yield self._human(median * exp(0.4 * normal_at(self._uniform())))
        self.phone.shot |= self.phone.next_to_shoot
        return True

    def _backoff(self) -> Generator[Any, Any, bool]:
        app = self.world.scenario.app
        if self.phone.tries >= app.retries:
            self.phone.tries = 0
            return False
        pause = min(app.backoff_first_s * app.backoff_factor**self.phone.tries, app.backoff_max_s)
        self.phone.tries += 1
        # Full jitter above half the pause; a server that says when to come back is believed.
        pause = max(pause * (0.5 + 0.5 * self._uniform()), self._last.retry_after_s)
        yield self.env.timeout(pause)
        return True

    def _rest(self, what: str) -> Generator[Any, Any, bool]:
        scenario = self.world.scenario
        if what == "activation":
            tries = scenario.activation.tries + scenario.activation.help_desk_tries
            mean_s = scenario.activation.human_retry
        else:
            tries, mean_s = scenario.voting.tries, scenario.voting.human_retry
        self._human_tries += 1
        if self._human_tries >= tries:
            self._human_tries = 0
            return False
        yield self._human(-log(1.0 - self._uniform()) * mean_s)
        return True

    # questions

    def _test(self, question: str) -> bool:
        scenario, seed, tps, phone = self.world.scenario, self.world.seed, self.post.tps, self.phone
        match question:
            case "activated":
                return phone.activated
            case "logged_in":
                return phone.logged_in
            case "send_now":
                return not self.post.batch and self._online()
            case "all_shot":
                return phone.shot == phone.wanted
            case "queue_empty":
                return not phone.next_to_send
            case "nothing_missing":
                return phone.wanted == 0
            case "disagrees":
                return submission.misread(scenario, seed, tps)
            case "guessed_at":
                mine = self.post.operator == 1 and phone.activated and not self._guessed_at
                return mine and submission.guessed_at(scenario, seed, tps)
            case "retry_overlaps":
                return submission.retry_overlaps(scenario, seed, tps)
            case "thinks_twice":
                return submission.thinks_twice(scenario, seed, tps)
            case "retries_late":
                return submission.retries_late(scenario, seed, tps)
            case "logs_out":
                return phone.logged_in and submission.logs_out(scenario, seed, tps, self.post.operator)
        raise ValueError(f"no such question: {question}")

    def _online(self) -> bool:
        if self.post.no_signal:
            return self._at_signal
        return self.post.signal is None or self.post.signal.online(self.env.now)

    # asking the system

    def _call(self, asked: str) -> Generator[Any, Any, bool]:
        match asked:
            case "submit_page":
                good = yield from self._submit()
            case "guess":
                good = yield from self._guess()
            case "late_retry":
                good = yield from self._send_old_copy()
            case "ended_session":
                good = yield from self._use_ended_session()
            case "correct" | "second_thought":
                good = yield from self._correct(second=asked == "second_thought")
            case _:
                good = yield from self._ask(asked)
        if good:
            self.phone.tries = self._human_tries = 0
        return good

    def _ask(self, kind: Any) -> Generator[Any, Any, bool]:
        answer: Answer = yield self._perform(kind)
        return self._learn(kind, answer)

    def _perform(self, kind: Kind, page: int = 0, variant: Variant = "", **changed: Any) -> Any:
        """One operation of the phone; `changed` are fields in which it departs from the plain one."""
        operation = self.phone.operation(kind, self.env.now, page, variant)
        return self.target.perform(replace(operation, **changed))

    def _submit(self) -> Generator[Any, Any, bool]:
        shared, post, phone = self.world, self.post, self.phone
        bit = phone.next_to_send
        page = bit.bit_length() - 1
        test = submission.probe(shared.scenario, shared.seed, post.tps, page) if post.operator == 1 else ""
        if test and not self._probed & bit:
            self._probed |= bit
            goal = post.neighbour if test == "foreign_write" else post.tps
            yield self._perform("submit_page", page, test, tps=goal, expect="reject")
        wrong = page == _VOTES and submission.misread(shared.scenario, shared.seed, post.tps)
        slip: Variant = "misread" if wrong else ""
        answer: Answer = yield self._perform("submit_page", page, slip)
        settled = answer.outcome == "ok" or answer.status == 409
        if answer.status == 401:
            phone.logged_in = False
        if settled:
            phone.sent |= bit
        if answer.outcome == "ok":
            phone.acknowledged |= bit
            if submission.taps_twice(shared.scenario, shared.seed, post.tps, page):
                yield self._perform("submit_page", page, slip)
        self._last = answer
        return settled

    def _correct(self, second: bool) -> Generator[Any, Any, bool]:
        variant: Variant = "second_thought" if second else ""
        if not second and self._test("thinks_twice"):
            variant = "hasty"
        answer: Answer = yield self._perform("correct", _VOTES, variant)
        return self._learn("correct", answer)

    def _late_retry(self) -> Any:
        """The first submission of page 2 once more, if it had a receipt; None if not."""
        if not self.phone.acknowledged & 1 << _VOTES:
            return None
        return self._perform("submit_page", _VOTES, "late_retry")

    def _send_old_copy(self) -> Generator[Any, Any, bool]:
        again = self._late_retry()
        if again is not None:
            yield again
        return True

    def _guess(self) -> Generator[Any, Any, bool]:
        """Somebody else tries passwords on a device of their own, and at last on the operator's phone."""
        self._guessed_at = True
        for device in [STRANGER] * self.world.scenario.probes.wrong_password_tries + [self.phone.device]:
            yield self._perform("login", 0, "wrong_password", expect="reject", device=device)
        return True

    def _use_ended_session(self) -> Generator[Any, Any, bool]:
        reads = submission.reads_on(self.world.seed, self.post.tps, self.post.operator)
        kind: Kind = "status" if reads else "confirm"
        yield self._perform(kind, 0, "ended_session", expect="reject")
        return True

    def _learn(self, kind: Kind, answer: Answer) -> bool:
        self._last = answer
        good = answer.outcome == "ok" or (kind == "confirm" and answer.status == 409)
        if answer.status == 401:
            self.phone.logged_in = False
            # The session that was to end is not there any more.
            good = kind == "logout"
        if good and kind == "activate":
            self.phone.activated = True
        elif good and kind == "login":
            self.phone.logged_in = True
        elif good and kind == "logout":
            self.phone.logged_in = False
        elif good and kind == "status":
            self.phone.told(answer.stored_pages)
        return good
