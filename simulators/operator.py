"""The operator: a SimPy process that interprets a behaviour table, under whichever clock it is given."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from math import exp, inf, log
from typing import Any

import simpy

from scenarios import Scenario, Timeline
from simulators.behaviour import Row
from simulators.conditions import Signal
from simulators.draws import normal_at, uniform
from simulators.operations import Answer, Operation, Target
from simulators.submission import idempotency_key, misread, probe, taps_twice

_ALL_PAGES = (1 << 1) | (1 << 2) | (1 << 3)
"""The three pages of C.HASIL-PPWP, as a mask: bit n for page n."""
_FIRST_DRAW = 64
"""Draws below belong to the timetable."""


@dataclass(frozen=True, slots=True)
class World:
    """What every operator of a run shares; nothing in it changes."""

    scenario: Scenario
    timeline: Timeline
    seed: int
    tables: tuple[dict[str, Row], dict[str, Row]]
    first_rows: tuple[str, str]


def world(scenario: Scenario, timeline: Timeline, seed: int, tables: Sequence[tuple[Row, ...]]) -> World:
    """Index the tables of operator 1 and 2 by row name."""
    first, second = tables
    return World(
        scenario,
        timeline,
        seed,
        ({row.name: row for row in first}, {row.name: row for row in second}),
        (first[0].name, second[0].name),
    )


@dataclass(frozen=True, slots=True)
class Post:
    """Where an operator stands: the TPS, its reach, and the moments of the timetable (run clock, seconds).

    `neighbour` is the TPS a slip of the finger would choose instead; `blackout` is the power cut at the TPS
    (start and end), during which nobody photographs.
    """

    tps: str
    operator: int
    area: str
    link: str
    no_signal: bool
    travel_s: float
    signal: Signal | None
    moments: dict[str, float]
    neighbour: str
    batch: bool
    blackout: tuple[float, float] = (inf, inf)


class Operator:
    """State of one operator; `live` is the SimPy process body."""

    __slots__ = (
        "_app_tries", "_at_signal", "_attempts", "_draw", "_human_tries", "_last", "_probed",
        "activated", "ended", "env", "logged_in", "post", "sent", "shot", "target", "wanted", "world",
    )  # fmt: skip

    def __init__(self, env: simpy.Environment, target: Target, shared: World, post: Post) -> None:
        self.env = env
        self.target = target
        self.world = shared
        self.post = post
        self.activated = False
        self.logged_in = False
        self.shot = 0
        self.sent = 0
        self.wanted = _ALL_PAGES if post.operator == 1 else 0
        self.ended = ""
        self._draw = _FIRST_DRAW
        self._app_tries = 0
        self._human_tries = 0
        self._attempts: dict[str, int] = {}
        self._probed = 0
        self._at_signal = False
        self._last = Answer("ok")

    def live(self) -> Generator[Any, Any, str]:
        """Follow the table from its first row to an end; the process's value is how it ended."""
        table = self.world.tables[self.post.operator - 1]
        row = table[self.world.first_rows[self.post.operator - 1]]
        while row.op != "end":
            if row.op == "call":
                good = yield from self._call(row.arg)
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
        self._app_tries = self._human_tries = 0
        self._at_signal = False
        yield self._wait_till(moment)
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
        self.shot |= _lowest(self.wanted & ~self.shot)
        return True

    def _backoff(self) -> Generator[Any, Any, bool]:
        app = self.world.scenario.app
        if self._app_tries >= app.retries:
            self._app_tries = 0
            return False
        pause = min(app.backoff_first_s * app.backoff_factor**self._app_tries, app.backoff_max_s)
        self._app_tries += 1
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
        match question:
            case "activated":
                return self.activated
            case "logged_in":
                return self.logged_in
            case "send_now":
                return not self.post.batch and self._online()
            case "all_shot":
                return self.shot == self.wanted
            case "queue_empty":
                return not self.shot & ~self.sent
            case "nothing_missing":
                return self.wanted == 0
            case "disagrees":
                return misread(self.world.scenario, self.world.seed, self.post.tps)
        raise ValueError(f"no such question: {question}")

    def _online(self) -> bool:
        if self.post.no_signal:
            return self._at_signal
        return self.post.signal is None or self.post.signal.online(self.env.now)

    # asking the system

    def _call(self, kind: str) -> Generator[Any, Any, bool]:
        if kind == "submit_page":
            good = yield from self._submit()
        else:
            page = 2 if kind == "correct" else 0
            answer: Answer = yield self.target.perform(self._operation(kind, page))
            good = self._learn(kind, answer)
        if good:
            self._app_tries = self._human_tries = 0
        return good

    def _submit(self) -> Generator[Any, Any, bool]:
        shared, post = self.world, self.post
        bit = _lowest(self.shot & ~self.sent)
        page = bit.bit_length() - 1
        test = probe(shared.scenario, shared.seed, post.tps, page) if post.operator == 1 else ""
        if test and not self._probed & bit:
            self._probed |= bit
            yield self.target.perform(
                replace(
                    self._operation("submit_page", page, test),
                    tps=post.neighbour if test == "foreign_write" else post.tps,
                    expect="reject",
                )
            )
        slip = "misread" if page == 2 and misread(shared.scenario, shared.seed, post.tps) else ""
        operation = self._operation("submit_page", page, slip)
        answer: Answer = yield self.target.perform(operation)
        settled = answer.outcome == "ok" or answer.status == 409
        if answer.status == 401:
            self.logged_in = False
        if settled:
            self.sent |= bit
        if answer.outcome == "ok" and taps_twice(shared.scenario, shared.seed, post.tps, page):
            again = replace(operation, attempt=operation.attempt + 1, intended_s=self.env.now)
            self._attempts[operation.key] = again.attempt
            yield self.target.perform(replace(again, cut_s=self._cut()))
        self._last = answer
        return settled

    def _operation(self, kind: Any, page: int, variant: Any = "") -> Operation:
        shared, post = self.world, self.post
        key_variant = variant if variant in {"truncated_photo", "foreign_write"} else ""
        key = idempotency_key(shared.seed, kind, post.tps, page, post.operator, key_variant)
        attempt = self._attempts.get(key, 0) + 1
        self._attempts[key] = attempt
        app = shared.scenario.app
        return Operation(
            kind=kind,
            tps=post.tps,
            account_tps=post.tps,
            operator=post.operator,
            area=post.area,
            link=post.link,
            intended_s=self.env.now,
            timeout_s=app.upload_timeout_s if kind == "submit_page" else app.timeout_s,
            form="ppwp" if kind in {"submit_page", "confirm", "correct"} else "",
            page=page,
            attempt=attempt,
            key=key,
            variant=variant,
            agree=not misread(shared.scenario, shared.seed, post.tps),
            cut_s=self._cut(),
        )

    def _cut(self) -> float | None:
        signal = self.post.signal
        if signal is None or self.post.no_signal:
            return None
        moment = signal.changes_after(self.env.now)
        return None if moment == inf else moment

    def _learn(self, kind: str, answer: Answer) -> bool:
        self._last = answer
        good = answer.outcome == "ok" or (kind == "confirm" and answer.status == 409)
        if answer.status == 401:
            self.logged_in = False
        if good and kind == "activate":
            self.activated = True
        elif good and kind == "login":
            self.logged_in = True
        elif good and kind == "status":
            self.wanted = _ALL_PAGES & ~answer.stored_pages
        return good


def _lowest(mask: int) -> int:
    """The lowest set bit."""
    return mask & -mask
